// How quick the dashboard is in Chromium: one command on standard input, one answer on standard output, both JSON.
//   {"url": "http://...", "folder": "for the browser's profile", "times": 40, "people": {"staff": {"email", "password"}, ...},
//    "looks": [{"name": "...", "as": "staff", "path": "/support"}], "list": {"as": "staff", "path": "/support?view=all"}}
// The answer: {"scores": [{"name", "device", "path", "landed", "performance", "accessibility", "failed", "paint", "blocked", "bytes"}],
//              "opened": [["at once", [ms, ...]], ["after a hover", [...]]]}
import { text } from "node:stream/consumers";
import lighthouse, { desktopConfig } from "lighthouse";
import { chromium } from "playwright-core";

/** As long as a hand rests on a row before it presses. */
const HOVER_MS = 150;
const PORT = 9_222;
const WINDOW = { width: 1440, height: 900 };
const wish = JSON.parse(await text(process.stdin));
const scores = [];
const opened = [];

let browsers = 0;

/** A browser that has been nowhere yet, in which somebody signs in. */
async function as(name, work) {
  browsers += 1;
  const browser = await chromium.launchPersistentContext(`${wish.folder}/${browsers}`, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", `--remote-debugging-port=${PORT}`],
    viewport: WINDOW,
    locale: "en-GB",
  });
  try {
    const page = await browser.newPage();
    const { email, password } = wish.people[name];
    await page.goto(`${wish.url}/tickets`);
    await page.fill("[name=email]", email);
    await page.fill("[name=password]", password);
    await page.press("[name=password]", "Enter");
    await page.waitForFunction(() => localStorage.getItem("roomdesk.refresh"));
    return await work(page);
  } finally {
    await browser.close();
  }
}

/** What Lighthouse says of a page that nobody has opened before; now and then it misses its largest paint, and looks again. */
async function score(page, look, device) {
  const seen = (await seenBy(page, look, device)) ?? (await seenBy(page, look, device));
  if (!seen) throw new Error(`${look.name} (${device}): twice no score`);
  scores.push(seen);
}

async function seenBy(page, { name, path }, device) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.clearBrowserCache");
  const flags = {
    port: PORT,
    output: "json",
    logLevel: "error",
    onlyCategories: ["performance", "accessibility"],
    disableStorageReset: true,
  };
  const { lhr } = await lighthouse(`${wish.url}${path}`, flags, device === "desktop" ? desktopConfig : undefined);
  if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
  const { performance, accessibility } = lhr.categories;
  if (performance.score === null) return null;
  const failed = accessibility.auditRefs.map(({ id }) => lhr.audits[id]).filter((audit) => audit.score === 0);
  const files = lhr.audits["network-requests"].details.items.filter(({ url }) => !/\/(api|socket\.io)\//.test(url));
  return {
    name,
    device,
    path,
    performance: performance.score * 100,
    accessibility: accessibility.score * 100,
    failed: failed.map(({ id }) => id),
    paint: lhr.audits["largest-contentful-paint"].numericValue,
    blocked: lhr.audits["total-blocking-time"].numericValue,
    landed: new URL(lhr.finalDisplayedUrl).pathname,
    bytes: files.reduce((sum, { transferSize }) => sum + transferSize, 0),
  };
}

/** Runs in the page: notes when a press on a ticket began, and when its title and what one reads of it stand painted. */
function watch() {
  let asked = null;
  const begin = (event) => {
    if (event.target.closest?.("[data-ticket]")) asked = { from: event.timeStamp };
  };
  addEventListener("pointerdown", begin, true);
  const isShown = (title) => {
    const log = document.querySelector("[role=log]");
    if (!log || !document.querySelector("h1")?.textContent?.includes(title)) return false;
    const frame = log.getBoundingClientRect();
    // One begins to read at the end, or at what is new.
    return [...log.querySelectorAll("[data-row]")].some((row) => {
      const { height, top, bottom } = row.getBoundingClientRect();
      return height > 0 && top >= frame.top && bottom <= frame.bottom && getComputedStyle(row).visibility === "visible";
    });
  };
  /** The rows of the list that can be pressed. */
  globalThis.rows = () =>
    [...document.querySelectorAll("[data-ticket]")]
      .filter((row) => row.getBoundingClientRect().top > 200 && row.getBoundingClientRect().bottom < innerHeight - 20)
      .map((row) => ({ id: row.dataset.ticket, title: row.querySelector("span.truncate[title]")?.title }));
  globalThis.painted = (title) =>
    new Promise((resolve, reject) => {
      setTimeout(reject, 10_000, new Error(`${title} was not shown`));
      const look = () => {
        if (!asked || !isShown(title)) return requestAnimationFrame(look);
        const { from } = asked;
        // A frame is on the screen when the task after it runs.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          asked = null;
          resolve(performance.now() - from);
        };
        port2.postMessage(null);
      };
      requestAnimationFrame(look);
    });
}

/** Opens as many tickets as are wanted in the list, each by `press`; milliseconds from the press to the painted ticket. */
async function open(page, press) {
  const took = [];
  const seen = new Set();
  while (took.length < wish.times) {
    const rows = await page.evaluate(() => globalThis.rows());
    const next = rows.find(({ id }) => !seen.has(id));
    if (!next) {
      await page.mouse.wheel(0, 400);
      await page.waitForFunction((rows) => globalThis.rows().some(({ id }) => !rows.includes(id)), rows.map(({ id }) => id));
      continue;
    }
    seen.add(next.id);
    const painted = page.evaluate((title) => globalThis.painted(title), next.title);
    await press(next);
    took.push(await painted);
    // The page fetches ahead what is next to it; a hand is not as quick as that either.
    await page.waitForLoadState("networkidle").catch(() => undefined);
  }
  return took;
}

const row = (page, { id }) => page.locator(`[data-ticket="${id}"]`);

await as(wish.list.as, async (page) => {
  await page.addInitScript(watch);
  await page.goto(`${wish.url}${wish.list.path}`);
  await page.locator("[data-ticket]").first().waitFor();
  opened.push(["at once", await open(page, (ticket) => row(page, ticket).click())]);
  const afterHover = async (ticket) => {
    await row(page, ticket).hover();
    await new Promise((resolve) => setTimeout(resolve, HOVER_MS));
    await page.mouse.down();
    await page.mouse.up();
  };
  opened.push(["after a hover", await open(page, afterHover)]);
});
for (const name of new Set(wish.looks.map((look) => look.as))) {
  await as(name, async (page) => {
    for (const look of wish.looks.filter((look) => look.as === name)) {
      for (const device of ["desktop", "mobile"]) await score(page, look, device);
    }
  });
}
console.log(JSON.stringify({ scores, opened }));
