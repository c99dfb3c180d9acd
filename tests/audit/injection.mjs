// Opens pages in headless Chromium without their policy, moves all that moves on them, and
// writes what they are made of as JSON: node injection.mjs CHROMIUM PAGE...
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [executablePath, ...files] = process.argv.slice(2);
const profile = fs.mkdtempSync(path.join(os.tmpdir(), "injection-"));
const browser = await puppeteer.launch({
  executablePath,
  userDataDir: profile,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

// Hovers and focuses every element, and puts every control to each of its places.
function move() {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  for (const node of document.querySelectorAll("*"))
    for (const kind of ["mouseover", "pointerover", "focus", "focusin", "load", "error"])
      node.dispatchEvent(new Event(kind, { bubbles: kind !== "focus" }));
  const said = [];
  for (const input of document.querySelectorAll("#wi input, #filter input")) {
    const ends = input.type === "range" ? [...Array(+input.max + 1).keys()] : ["<b>", input.value];
    for (const value of ends) {
      if (input.type === "radio") input.checked = true;
      else input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      said.push(document.querySelector("output").textContent);
    }
  }
  return said;
}

// Takes off what the script of a page adds by where a number stands, as labels of other widths
// move it. What is written into the page with these classes shows before anything moves.
function replace() {
  for (const node of document.querySelectorAll("a.n")) node.classList.remove("at-left", "at-right");
}

// Elements with the names of their attributes, without words. A drawing places labels by
// their width, so of it only which elements and which attributes there are at all.
function look() {
  const bones = [];
  const bone = (node) => {
    const names = node.getAttributeNames().sort().join(" ");
    return `${node.localName}.${node.getAttribute("class") ?? ""} ${names}`;
  };
  const walk = (node, depth) => {
    if (node.matches("svg[role=img]")) {
      const parts = [node, ...node.querySelectorAll("*")];
      const names = parts.flatMap((part) => [part.localName, ...part.getAttributeNames()]);
      bones.push(...[...new Set(names)].sort());
    } else {
      bones.push(`${depth} ${bone(node)}`);
      for (const child of node.children) walk(child, depth + 1);
    }
  };
  walk(document.documentElement, 0);
  const all = [...document.querySelectorAll("*")];
  const shown = document.body.cloneNode(true);
  for (const node of shown.querySelectorAll("svg, script")) node.remove();
  const values = (name) => all.map((node) => node.getAttribute(name)).filter((value) => value !== null);
  return {
    bones,
    text: shown.textContent,
    title: document.title,
    links: [...values("href"), ...values("src")],
    policy: document.querySelector("meta[http-equiv]").content,
    scripts: [...document.scripts].map((node) => node.textContent),
    styles: [...document.querySelectorAll("style")].map((node) => node.textContent.length),
    comments: document.createNodeIterator(document, NodeFilter.SHOW_COMMENT).nextNode()?.data ?? "",
  };
}

const records = [];
for (const file of files) {
  const happened = [];
  const page = await browser.newPage();
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith("data:") && url !== pathToFileURL(file).href) happened.push(`request ${url}`);
  });
  page.on("dialog", async (dialog) => {
    happened.push(`dialog ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("pageerror", (error) => happened.push(`error ${error.message}`));
  page.on("popup", () => happened.push("popup"));
  await page.setBypassCSP(true);
  await page.goto(pathToFileURL(file).href);
  const { bones: still } = await page.evaluate(look);
  const said = await page.evaluate(move);
  await page.evaluate(replace);
  records.push({ page: path.basename(file), happened, said, still, ...(await page.evaluate(look)) });
  await page.close();
}
await browser.close();
fs.rmSync(profile, { recursive: true, force: true });
process.stdout.write(JSON.stringify(records));
