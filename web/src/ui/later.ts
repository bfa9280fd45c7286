import { type LazyExoticComponent, lazy } from "react";

/** Any component, as React itself says it. */
type Component = Awaited<ReturnType<Parameters<typeof lazy>[0]>>["default"];

/** When a page has been there for so long, the parts of it that nobody has needed yet are loaded as well. */
const AFTER_MS = 4_000;
const AGAIN_MS = 2_000;

let waiting: (() => void)[] = [];
let isTime = false;

/** A part of a page that is loaded when it is first shown, or a while after the page: what opens at a click opens at once,
 * and does when the desk is away. What cannot be loaded is waited for, so that nothing else on the page is lost. */
export function later<Part extends Component>(
  load: () => Promise<{ default: Part }>,
): LazyExoticComponent<Part> {
  const loaded = () => {
    part ??= patiently(load);
    return part;
  };
  let part: Promise<{ default: Part }> | null = null;
  if (isTime) void loaded();
  else waiting.push(loaded);
  return lazy(loaded);
}

async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

addEventListener("load", () =>
  setTimeout(() => {
    isTime = true;
    for (const load of waiting) load();
    waiting = [];
  }, AFTER_MS),
);
