// Pages in Chromium, one browser for all of them, each page in a context of its own:
//   {"id": 1, "page": "a", "do": "open", "url": "http://...", "width": 1100}
//   {"id": 2, "page": "a", "do": "fill" | "press" | "click" | "choose", "at": "selector", "with": "text, key or files"}
//   {"id": 3, "page": "a", "do": "read", "at": "selector"}   the texts one sees there
//   {"id": 4, "page": "a", "do": "run", "script": "..."}   what an expression gives in the page
// What a page throws or complains of in its console is news: {"name", "event": "complaint", "data"}.
import { chromium } from "playwright-core";

const PATIENCE = 30_000;
const pages = new Map();
let browser = null;

function start() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
}

async function open(tell, { page: name, url, width = 1100, height = 720 }) {
  browser ??= start();
  const context = await (await browser).newContext({ viewport: { width, height } });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  pages.set(name, page);
  const complain = (data) => tell({ name, event: "complaint", data });
  page.on("pageerror", (error) => complain(error.message));
  page.on("console", (line) => ["error", "warning"].includes(line.type()) && complain(`${line.text()} ${line.location().url}`));
  await page.goto(url);
}

const on = ({ page, at }) => pages.get(page).locator(at);

export function verbs(tell) {
  return {
    open: (command) => open(tell, command),
    fill: (command) => on(command).fill(command.with),
    press: (command) => on(command).press(command.with),
    click: (command) => on(command).click(),
    choose: (command) => on(command).setInputFiles(command.with),
    read: (command) => on(command).filter({ visible: true }).allInnerTexts(),
    run: ({ page, script }) => pages.get(page).evaluate(script),
    size: ({ page, width, height }) => pages.get(page).setViewportSize({ width, height }),
    async close({ page: name }) {
      const page = pages.get(name);
      pages.delete(name);
      await page?.context().close();
    },
  };
}

export async function close() {
  if (browser) await (await browser).close();
}
