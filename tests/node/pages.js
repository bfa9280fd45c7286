// Pages in Chromium, one browser for all of them, each page in a context of its own:
//   {"id": 1, "page": "a", "do": "open", "url": "http://...", "width": 1100, "scheme": "dark", "locale": "de-DE"}
//   ... with "beside": "b"   another page of the same person, in the context of page b
//   {"id": 2, "page": "a", "do": "fill" | "press" | "click" | "hover" | "choose" | "drop", "at": "selector", "with": "text, key or files"}
//   {"id": 3, "page": "a", "do": "read", "at": "selector"}   the texts one sees there
//   {"id": 4, "page": "a", "do": "run", "script": "..."}   what an expression gives in the page
//   {"id": 5, "page": "a", "do": "keys", "with": ["Tab", "Enter"]}   pressed wherever the focus is
//   {"id": 6, "page": "a", "do": "audit"}   what axe finds wrong, and what does not fit the window
//   {"id": 7, "page": "a", "do": "shoot", "with": "file.png", "whole": true}   also what one would have to scroll to
//   {"id": 8, "page": "a", "do": "answer", "at": "**/api/**", "with": 500 | null}   every such request; null: never
// What a page throws, complains of in its console (a breach of its policy too) or asks of another origin is news:
// {"name", "event": "complaint", "data"}.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { chromium } from "playwright-core";

const PATIENCE = 30_000;
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
/** Everything the Web Content Accessibility Guidelines ask, and what axe calls good practice. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const pages = new Map();
let browser = null;

function start() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
}

async function context({ width = 1100, height = 720, scheme = "light", locale = "en-GB", beside }) {
  if (beside) return pages.get(beside).context();
  browser ??= start();
  const made = await (await browser).newContext({
    viewport: { width, height },
    colorScheme: scheme,
    locale,
    // What moves would be looked at halfway.
    reducedMotion: "reduce",
  });
  made.setDefaultTimeout(PATIENCE);
  return made;
}

async function open(tell, command) {
  const page = await (await context(command)).newPage();
  pages.set(command.page, page);
  const origin = new URL(command.url).origin;
  const complain = (data) => tell({ name: command.page, event: "complaint", data });
  page.on("pageerror", (error) => complain(error.message));
  page.on("console", (line) => ["error", "warning"].includes(line.type()) && complain(`${line.text()} ${line.location().url}`));
  page.on("request", (request) => {
    const { origin: asked, protocol } = new URL(request.url());
    if (asked !== origin && !["blob:", "data:"].includes(protocol)) complain(`asked ${request.url()}`);
  });
  await page.goto(command.url);
}

const on = ({ page, at }) => pages.get(page).locator(at);

/** What axe finds, one line for each, and what does not fit. */
async function audit({ page: name }) {
  const found = [];
  for (const frame of pages.get(name).frames()) {
    // Policies of the page do not hold for what a debugger runs.
    if (!(await frame.evaluate("'axe' in window"))) await frame.evaluate(await readFile(AXE, "utf8"));
    const { violations } = await frame.evaluate(
      `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, iframes: false })`,
    );
    found.push(
      ...violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id} ${html.slice(0, 200)}: ${failureSummary}`)),
      ...(await frame.evaluate(misfits)),
    );
  }
  return found;
}

/** Runs in the page: a window that scrolls sideways, and texts of which a part cannot be seen or scrolled to. */
function misfits() {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide in ${root.clientWidth}`);
  for (const element of document.body.querySelectorAll("button, a, h1, h2, h3, label, th, td, legend, [role=tab], [role=option]")) {
    const { overflowX, textOverflow } = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (box.width < 2 || !element.checkVisibility()) continue;
    const isCut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    // What ends in dots on purpose says all of it elsewhere.
    if (isCut && overflowX === "hidden" && textOverflow !== "ellipsis") found.push(`cut: ${element.outerHTML.slice(0, 160)}`);
  }
  return found;
}

/** Drops files as from the desktop. */
async function drop({ page: name, at, with: files }) {
  const page = pages.get(name);
  const read = await Promise.all(files.map(async (file) => ({ name: basename(file), data: await readFile(file, "base64") })));
  const transfer = await page.evaluateHandle((given) => {
    const made = new DataTransfer();
    for (const { name, data } of given) {
      made.items.add(new File([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], name));
    }
    return made;
  }, read);
  for (const event of ["dragenter", "dragover", "drop"]) await page.locator(at).dispatchEvent(event, { dataTransfer: transfer });
}

/** Answers requests in the desk's place: with a refusal, or never. */
function answer({ page, at, with: status }) {
  const body = JSON.stringify({ title: "Internal error", status, detail: "something went wrong on our side", requestId: "req_1" });
  const refusal = { status, body, contentType: "application/problem+json" };
  return pages.get(page).route(at, (route) => (status === null ? undefined : route.fulfill(refusal)));
}

export function verbs(tell) {
  return {
    open: (command) => open(tell, command),
    goto: ({ page, url }) => pages.get(page).goto(url).then(() => null),
    fill: (command) => on(command).fill(command.with),
    press: (command) => on(command).press(command.with),
    click: (command) => on(command).click(),
    hover: (command) => on(command).hover(),
    choose: (command) => on(command).setInputFiles(command.with),
    drop,
    read: (command) => on(command).filter({ visible: true }).allInnerTexts(),
    run: ({ page, script }) => pages.get(page).evaluate(script),
    async keys({ page, with: keys }) {
      for (const key of keys) await pages.get(page).keyboard.press(key);
    },
    types: ({ page, with: text }) => pages.get(page).keyboard.type(text),
    audit,
    answer,
    async shoot({ page, with: file, whole = false }) {
      await pages.get(page).screenshot({ path: file, animations: "disabled", caret: "hide", fullPage: whole });
    },
    async close({ page: name }) {
      const page = pages.get(name);
      pages.delete(name);
      const context = page?.context();
      await page?.close();
      if (context?.pages().length === 0) await context.close();
    },
  };
}

export async function close() {
  if (browser) await (await browser).close();
}
