// Loads pages in headless Chromium and writes what it finds as JSON, one record for each
// page: node audit.mjs CHROMIUM PAGE...
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [executablePath, ...files] = process.argv.slice(2);
const here = path.dirname(new URL(import.meta.url).pathname);
const axe = fs.readFileSync(path.join(here, "node_modules/axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const LOOKS = [[320, "light"], [375, "light"], [375, "dark"], [1280, "light"], [1280, "dark"]];
const profile = fs.mkdtempSync(path.join(os.tmpdir(), "audit-"));
const browser = await puppeteer.launch({
  executablePath,
  userDataDir: profile,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

// Opens a page as a reader does, or without script, or with room for the checker's script.
async function open(file, about, { width = 1280, theme = "light", script = true, checker = false } = {}) {
  const page = await browser.newPage();
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith("data:") && url !== pathToFileURL(file).href) about.requests.push(url);
  });
  if (!checker) {
    page.on("console", (message) => about.console.push(message.text()));
    page.on("pageerror", (error) => about.console.push(error.message));
  }
  await page.setBypassCSP(checker);
  await page.setJavaScriptEnabled(script);
  await page.setViewport({ width, height: width > 600 ? 800 : 812 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  await page.goto(pathToFileURL(file).href);
  if (script) await page.evaluate(() => document.fonts.ready.then(() => true));
  return page;
}

// What a reader of the laid-out page meets: sideways scroll, columns and every label.
function measure() {
  const labels = [], faults = [];
  for (const svg of document.querySelectorAll("svg[role=img]")) {
    const board = svg.getBoundingClientRect();
    if (!board.width) continue;
    const figure = svg.closest("figure").id;
    const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim());
    const boxes = texts.map((text) => {
      labels.push(parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a);
      return [text.textContent, text.getBoundingClientRect()];
    });
    boxes.forEach(([text, box], place) => {
      if (box.left < board.left - 1.5 || box.right > board.right + 1.5 ||
          box.top < board.top - 1.5 || box.bottom > board.bottom + 1.5)
        faults.push(`${figure}: clipped "${text}"`);
      for (const [other, its] of boxes.slice(place + 1)) {
        const across = Math.min(box.right, its.right) - Math.max(box.left, its.left);
        const up = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
        if (across > 1 && up > 0.4 * box.height) faults.push(`${figure}: "${text}" overlaps "${other}"`);
      }
    });
  }
  const scrolls = (node) => ["auto", "scroll"].includes(getComputedStyle(node).overflowX);
  return {
    sideways: document.documentElement.scrollWidth - innerWidth,
    boxes: [...document.querySelectorAll("main *")]
      .filter((node) => scrolls(node) && node.scrollWidth > node.clientWidth + 1)
      .filter((node) => !node.matches(".scroll, pre")).map((node) => node.outerHTML.slice(0, 80)),
    main: document.querySelector("main").getBoundingClientRect().width,
    height: document.documentElement.scrollHeight,
    smallest: labels.length ? Math.min(...labels) : 99,
    labels: faults,
  };
}

// What the markup itself says, whatever the width.
function inspect() {
  const text = (node, name) => node.querySelector(name)?.textContent.trim() ?? "";
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  const all = document.documentElement.outerHTML;
  const targets = [...all.matchAll(/(?:href="|url\()#([^")]+)/g)].map((found) => found[1]);
  const paint = /^(none|currentColor|var\(--[\w-]+\)|url\(#[\w-]+\))$/;
  return {
    twice: ids.filter((id, place) => ids.indexOf(id) !== place),
    lost: targets.filter((id) => !ids.includes(id)),
    paints: [...document.querySelectorAll("svg [fill], svg [stroke], svg[fill]")]
      .flatMap((node) => [node.getAttribute("fill"), node.getAttribute("stroke")])
      .filter((value) => value && !paint.test(value)),
    figures: [...document.querySelectorAll("figure:has(> svg)")].map((figure) => ({
      id: figure.id, title: text(figure, "[id$=title]"), subtitle: text(figure, ".subtitle"),
      note: text(figure, ".note"), data: figure.querySelector("a[download]")?.href ?? "",
      alts: [...figure.querySelectorAll("svg[role=img]")].map((svg) => svg.ariaLabel),
    })),
    badges: [...document.querySelectorAll(".ledger > li")].flatMap((sentence) =>
      [...sentence.querySelectorAll(".badge")].map((badge) => [sentence.id.slice(2), badge.textContent])),
    cards: [...document.querySelectorAll(".card .badge")].map((badge) => badge.textContent),
  };
}

// The words a reader sees with all folds closed, as one text.
const words = (page) => page.evaluate(() => {
  const hidden = [...document.querySelectorAll("svg, .vh, a.n > span, details > :not(summary)")];
  hidden.forEach((node) => node.setAttribute("hidden", ""));
  const said = document.querySelector("main").innerText;
  hidden.forEach((node) => node.removeAttribute("hidden"));
  return said.split(/\s+/).filter(Boolean).length;
});

// The stops of the Tab key, and those of them that show no focus ring.
async function keyboard(page) {
  const reachable = await page.evaluate(() => {
    const can = "a[href], button, summary, input, [tabindex='0']";
    const nodes = [...document.querySelectorAll(can)].filter((node) => node.checkVisibility());
    return new Set(nodes.map((node) => (node.type === "radio" ? node.name : node))).size;
  });
  const stops = [], bare = [];
  for (let count = 0; count <= reachable; count += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const node = document.activeElement, style = getComputedStyle(node);
      return { body: node === document.body, name: node.className || node.tagName,
        ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 };
    });
    if (stop.body) break;
    stops.push(stop.name);
    if (!stop.ring) bare.push(stop.name);
  }
  return { reachable, stops: stops.length, first: stops[0], bare };
}

// Moves the slider of the panel to each step of its table, in each setting and for each row.
async function panel(page) {
  if (!(await page.$("#wi"))) return null;
  const state = () => page.evaluate(() => ({
    said: document.querySelector("#wi output").textContent,
    value: document.querySelector(".lim b").textContent,
    rows: [...document.querySelectorAll(".crow")].map((row) => (row.hidden ? null : {
      label: row.querySelector(".lab").textContent, word: row.querySelector(".w").textContent })),
  }));
  const start = await state();
  await page.focus("#wi-slider");
  await page.keyboard.press("Home");
  const first = await state();
  await page.keyboard.press("ArrowRight");
  const second = await state();
  await page.keyboard.press("End");
  const last = await state();
  await page.click(".lim button");
  const reset = await state();
  const settings = (await page.$$("[name=wi-setting]")).length || 1;
  const wrong = [], silent = [];
  for (let setting = 0; setting < settings; setting += 1) {
    if (settings > 1) await page.evaluate((n) => document.querySelectorAll("[name=wi-setting]")[n].click(), setting);
    const table = await page.evaluate(() => {
      const cells = (row, name) => [...row.querySelectorAll(name)].map((cell) => cell.textContent);
      return { heads: cells(document.querySelector("#wi-table thead"), "th").slice(1),
        rows: [...document.querySelectorAll("#wi-table tbody tr")].map((row) => cells(row, "td")) };
    });
    for (const [column, head] of table.heads.entries()) {
      await page.evaluate((value) => {
        const slider = document.getElementById("wi-slider");
        const shown = JSON.parse(document.getElementById("wi").dataset.shown);
        slider.value = shown.indexOf(value);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
      }, head);
      const now = await state();
      if (now.value !== head) wrong.push(`${now.value} for ${head}`);
      now.rows.forEach((row, place) => {
        if (row && row.word !== table.rows[place][column])
          wrong.push(`${row.label} at ${head}: "${row.word}", table "${table.rows[place][column]}"`);
      });
    }
    const seen = (await state()).rows.flatMap((row, place) => (row ? [[row.label, place]] : []));
    for (const [label, place] of seen) {
      await page.evaluate((n) => document.querySelectorAll("[name=wi-row]")[n].click(), place);
      if (!(await state()).said.includes(label)) silent.push(label);
    }
  }
  return { start, first, second, last, reset, wrong, silent };
}

async function paper(page) {
  const pdf = Buffer.from(await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  return { type3: pdf.includes("/Type3"), sheets: (pdf.match(/\/Type \/Page\b/g) ?? []).length };
}

// What is left of a page when no script runs.
const scriptless = (page) => page.evaluate(() => {
  const shown = (name) => document.querySelector(name)?.checkVisibility() ?? null;
  return { panel: shown("#wi"), table: shown("#wi-table table"), filter: shown("#filter"),
    folds: [...document.querySelectorAll("details")].every((fold) => fold.querySelector("summary")),
    said: document.querySelector("main").innerText.length };
});

async function audit(file) {
  const about = { page: path.basename(file), requests: [], console: [], looks: [] };
  for (const [width, theme] of LOOKS) {
    const page = await open(file, about, { width, theme, checker: true });
    await page.evaluate(axe);
    for (const folds of ["closed", "open"]) {
      if (folds === "open")
        await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => { fold.open = true; }));
      const look = { width, theme, folds, ...(await page.evaluate(measure)) };
      const found = await page.evaluate((tags) => axe.run(document, { runOnly: tags }), TAGS);
      look.axe = found.violations.map((v) => `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 120)}`);
      about.looks.push(look);
    }
    await page.close();
  }
  const page = await open(file, about);
  about.words = await words(page);
  about.markup = await page.evaluate(inspect);
  about.paper = await paper(page);
  about.keyboard = await keyboard(page);
  about.panel = await panel(page);
  await page.close();
  const bare = await open(file, about, { script: false });
  about.scriptless = await scriptless(bare);
  await bare.close();
  return about;
}

const found = [];
try {
  for (const file of files) found.push(await audit(path.resolve(file)));
} finally {
  await browser.close();
  fs.rmSync(profile, { recursive: true, force: true });
}
process.stdout.write(JSON.stringify(found));
