// Opens a notebook in JupyterLab, runs it, drives its panel, and writes what it finds as JSON:
// node lab.mjs CHROMIUM ADDRESS NOTEBOOK FOLDER. Screenshots go to FOLDER.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import puppeteer from "puppeteer-core";

const [executablePath, address, notebook, folder] = process.argv.slice(2);
const profile = fs.mkdtempSync(path.join(os.tmpdir(), "lab-"));
const browser = await puppeteer.launch({
  executablePath,
  userDataDir: profile,
  protocolTimeout: 300_000,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update"],
});
const page = await browser.newPage();
await page.setViewport({ width: 1400, height: 1300 });
const about = { outside: [], thrown: [], steps: {} };
page.on("pageerror", (error) => about.thrown.push(error.message));
page.on("request", (request) => {
  const url = request.url();
  if (!/^(data|blob|ws):/.test(url) && !url.startsWith(new URL(address).origin)) about.outside.push(url);
});

const pause = (time) => new Promise((done) => setTimeout(done, time));
const wait = (test, ...given) => page.waitForFunction(test, { timeout: 300_000, polling: 20 }, ...given);
const command = (id, given = {}) =>
  page.evaluate((name, options) => window.jupyterapp.commands.execute(name, options), id, given);
const idle = () => wait(() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return panel?.sessionContext?.session?.kernel?.status === "idle";
});
// What the panel says: its finding, and how many verdicts differ.
const SAID = () => [...document.querySelectorAll(".widget-html")]
  .map((part) => part.innerText).find((text) => /verdicts? differ|Not run/.test(text)) ?? "";
const said = () => page.evaluate(SAID);

// Does something, and notes what the panel says then and how long that took.
async function step(name, act) {
  const before = await said();
  const start = Date.now();
  await act();
  await wait(`(${SAID})() !== ${JSON.stringify(before)}`);
  const time = Date.now() - start;
  about.steps[name] = { time, said: await said() };
  await idle();
}

await page.goto(`${address}/lab/tree/${notebook}?reset`, { waitUntil: "domcontentloaded" });
await idle();
await command("runmenu:run-all");
await wait(() => window.jupyterapp.shell.currentWidget.content.widgets
  .every((cell) => cell.model.type !== "code" || cell.model.executionCount));
await idle();
about.errors = await page.evaluate(() => window.jupyterapp.shell.currentWidget.content.widgets
  .filter((cell) => cell.model.type === "code")
  .flatMap((cell) => cell.model.outputs.toJSON())
  .filter((output) => output.output_type === "error").map((output) => output.evalue));

const place = await page.evaluate(() => {
  const { content } = window.jupyterapp.shell.currentWidget;
  const found = content.widgets.findIndex((cell) =>
    cell.model.sharedModel.getSource().startsWith("ap.explore"));
  content.activeCellIndex = found;
  return found;
});
const look = () => page.evaluate((at) =>
  window.jupyterapp.shell.currentWidget.content.scrollToItem(at, "start"), place);
await look();
await page.waitForSelector(".noUi-handle", { timeout: 60_000 });
await wait(`(${SAID})() !== ""`);
about.steps.opened = { said: await said() };

// What is read aloud of each slider, and its box for a number.
await wait(() => document.querySelector(".asprinted-panel .noUi-handle")?.ariaLabel);
about.names = await page.evaluate(() =>
  [...document.querySelectorAll(".asprinted-panel :is(.noUi-handle, input[type=number])")]
    .map((part) => part.ariaLabel));
const number = (await page.$$(".jupyter-widgets input[type=number]"))[0];
const [handle] = await page.$$(".noUi-handle");
const [reset] = await page.$$("button.jupyter-button");
await step("typed", async () => {
  await number.click({ clickCount: 3 });
  await number.type("0.2");
  await number.press("Enter");
});
await step("keys", async () => {
  await handle.focus();
  for (const _ of Array(10)) await handle.press("ArrowRight");
});
// Letters that are shortcuts of JupyterLab do nothing to the notebook from here.
const cells = () => page.evaluate(() =>
  window.jupyterapp.shell.currentWidget.content.widgets.map((cell) => cell.model.type).join());
const before = await cells();
for (const key of ["d", "d", "r", "m"]) await handle.press(key);
await pause(500);
about.kept = (await cells()) === before;
await step("reset", async () => { await reset.focus(); await reset.press("Enter"); });
await step("dragged", async () => {
  const { x, y, width, height } = await handle.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + 120, y + height / 2, { steps: 5 });
  await page.mouse.up();
});
for (const theme of ["Light", "Dark"]) {
  await command("apputils:change-theme", { theme: `JupyterLab ${theme}` });
  await pause(1500);
  await look();
  await pause(500);
  await page.screenshot({ path: path.join(folder, `lab_${theme.toLowerCase()}.png`) });
}
console.log(JSON.stringify(about));
await browser.close();
fs.rmSync(profile, { recursive: true, force: true });
