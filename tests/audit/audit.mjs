// Loads pages in headless Chromium and writes what it finds as JSON: node audit.mjs CHROMIUM PAGE...
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [executablePath, ...pages] = process.argv.slice(2);
const here = path.dirname(new URL(import.meta.url).pathname);
const axe = fs.readFileSync(path.join(here, "node_modules/axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const profile = fs.mkdtempSync(path.join(os.tmpdir(), "audit-"));
const browser = await puppeteer.launch({
  executablePath,
  userDataDir: profile,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

async function open(file, width, theme) {
  const page = await browser.newPage();
  const requests = [];
  page.on("request", (request) => {
    if (!request.url().startsWith("data:")) requests.push(request.url());
  });
  await page.setBypassCSP(true);
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  await page.goto(pathToFileURL(file).href);
  await page.evaluate(() => document.fonts.ready);
  return { page, requests: requests.slice(1) };
}

const unfold = (page) =>
  page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));

// What a reader of the laid-out page meets: sideways scroll, column width, and every label.
function measure() {
  const wide = (node) => node.scrollWidth > node.clientWidth + 1;
  const labels = [], faults = [];
  for (const svg of document.querySelectorAll("svg[role=img]")) {
    const board = svg.getBoundingClientRect();
    if (!board.width) continue;
    const figure = svg.closest("figure").id;
    const boxes = [...svg.querySelectorAll("text")].filter((t) => t.textContent.trim()).map((t) => {
      const size = parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a;
      labels.push(size);
      return [t.textContent, t.getBoundingClientRect()];
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
      .filter((n) => scrolls(n) && wide(n) && !n.matches(".scroll"))
      .map((n) => n.outerHTML.slice(0, 80)),
    main: document.querySelector("main").getBoundingClientRect().width,
    smallest: labels.length ? Math.min(...labels) : null,
    labels: faults,
  };
}

// What the markup itself says, whatever the width.
function inspect() {
  const ids = [...document.querySelectorAll("[id]")].map((n) => n.id);
  const known = new Set(ids), all = document.documentElement.outerHTML;
  const targets = [...all.matchAll(/(?:href="|url\()#([^")]+)/g)].map((m) => m[1]);
  const paints = [...document.querySelectorAll("main svg [fill], main svg [stroke]")]
    .flatMap((n) => [n.getAttribute("fill"), n.getAttribute("stroke")])
    .filter((v) => v && !/^(none|currentColor|var\(--[\w-]+\)|url\(#[\w-]+\))$/.test(v));
  const plain = (text) => text.replaceAll("\u2212", "-").replaceAll(",", "");
  const tokens = (text) => [...plain(text).matchAll(/-?\d+(?:\.\d+)?/g)].map((m) => m[0]);
  const near = (token, value) =>
    Math.abs(token - value) <= (token.includes(".") ? 0.5001 * 10 ** -token.split(".")[1].length : 1e-9);
  const figures = [...document.querySelectorAll("figure")].map((figure) => {
    const text = (name) => figure.querySelector(name)?.textContent.trim() ?? "";
    const alts = [...figure.querySelectorAll("svg[role=img]")].map((s) => s.getAttribute("aria-label"));
    const table = [...figure.querySelectorAll("th, td")].map((c) => c.textContent).join(" ");
    const values = tokens(table).map(Number).concat(tokens(table.replaceAll("-", " ")).map(Number));
    return {
      id: figure.id, title: text(".title"), subtitle: text(".subtitle"), note: text(".note"),
      alt: alts[0] ?? "", boards: alts.length, rows: figure.querySelectorAll("tbody tr").length,
      strangers: tokens(alts[0] ?? "").filter((t) => !values.some((v) => near(t, v) || near(t, -v))),
    };
  });
  const badges = [...document.querySelectorAll(".claims > li")].flatMap((claim) =>
    [...claim.querySelectorAll(".word")].map((word) => [claim.id,
      word.querySelector(".which").textContent.trim(), word.querySelector(".badge").textContent.trim()]));
  const skipped = [...document.querySelectorAll("style, script, pre, code")];
  skipped.forEach((node) => { node.dataset.skip = "1"; });
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const characters = new Set();
  while (walker.nextNode())
    if (!walker.currentNode.parentElement.closest("[data-skip]"))
      for (const char of walker.currentNode.data) characters.add(char);
  return {
    scripts: [...document.scripts].filter((s) => s.type !== "application/ld+json").length,
    data: [...document.scripts].map((s) => JSON.parse(s.textContent)["@context"]),
    policy: document.querySelector("meta[http-equiv='Content-Security-Policy']")?.content ?? "",
    twice: ids.filter((id, place) => ids.indexOf(id) !== place),
    lost: targets.filter((id) => !known.has(id)), paints, figures, badges,
    characters: [...characters].sort().join(""),
  };
}

// The stops of the Tab key, and those of them that show no focus ring.
async function keyboard(page) {
  const reachable = await page.evaluate(() => {
    const can = "a[href], summary, [tabindex='0']";
    return [...document.querySelectorAll(can)].filter((n) => n.checkVisibility()).length;
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

async function paper(page) {
  await page.emulateMediaType("print");
  const folded = await page.evaluate(() => [...document.querySelectorAll("details.data")]
    .filter((d) => d.querySelector("table").getBoundingClientRect().height < 10).length);
  const pdf = Buffer.from(await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  await page.emulateMediaType("screen");
  return { folded, type3: pdf.includes("/Type3"), sheets: (pdf.match(/\/Type \/Page\b/g) ?? []).length };
}

const found = [];
for (const file of pages) {
  for (const theme of ["light", "dark"]) {
    for (const width of [320, 375, 1280]) {
      const { page, requests } = await open(file, width, theme);
      const once = width === 1280 && theme === "light";
      const about = { page: path.basename(file), width, theme, requests };
      if (once) Object.assign(about, { paper: await paper(page), keyboard: await keyboard(page) });
      await unfold(page);
      about.layout = await page.evaluate(measure);
      if (width !== 320) {
        await page.evaluate(axe);
        const result = await page.evaluate((tags) => axe.run(document, { runOnly: tags }), TAGS);
        about.axe = result.violations.map((v) => `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 120)}`);
      }
      if (once) about.markup = await page.evaluate(inspect);
      found.push(about);
      await page.close();
    }
  }
}
await browser.close();
fs.rmSync(profile, { recursive: true, force: true });
process.stdout.write(JSON.stringify(found));
