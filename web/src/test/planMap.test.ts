import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");
const read = (path: string) =>
  existsSync(resolve(ROOT, path)) ? readFileSync(resolve(ROOT, path), "utf8") : null;

/** Each row: the plan's item, its file, its export, its test. */
function rows(): string[][] {
  const table = read("docs/plan-map.md")?.split("\n") ?? [];
  const cells = table.filter((line) => line.startsWith("| ")).map((line) => line.split("|").slice(1, -1));
  return cells.map((row) => row.map((cell) => cell.trim())).filter(([plan]) => plan !== "plan");
}

it("finds every part of the plan where the map says it is, with its test", () => {
  const wrong = rows().flatMap(([plan, file, name, test]) => {
    const exported = new RegExp(`^export (default )?(async )?(function|const|class) ${name}\\b`, "m");
    const [, path, story] = /^(\S+)(?: `(\w+)`)?$/.exec(test ?? "") ?? [];
    const told = read(path ?? "");
    const faults = [];
    if (!exported.test(read(file ?? "") ?? "")) faults.push(`${plan}: ${file} does not export ${name}`);
    if (told === null) faults.push(`${plan}: there is no test ${path}`);
    else if (story && !new RegExp(`\\b${story}\\b`).test(told))
      faults.push(`${plan}: ${path} has no ${story}`);
    return faults;
  });
  expect(wrong).toEqual([]);
});

it("knows the plan's parts", () => {
  expect(rows().length).toBeGreaterThan(50);
});
