import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "vite";

const PREFIX = "virtual:emoji/";
/** Newer ones are not in the fonts that people have. */
const NEWEST = 15;

interface Source {
  emoji: string;
  label: string;
  group?: number;
  version: number;
  tags?: string[];
}

interface Messages {
  groups: { key: string; message: string; order: number }[];
}

/** Emojis and their names as a part of the page (`virtual:emoji/en`), with no more of them than the picker shows. */
export function emoji(): Plugin {
  let folder: string;
  return {
    name: "emoji",
    configResolved(config) {
      folder = join(config.root, "node_modules/emojibase-data");
    },
    resolveId(id) {
      return id.startsWith(PREFIX) ? `\0${id}` : null;
    },
    async load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return null;
      const locale = id.slice(PREFIX.length + 1);
      const read = async <T>(name: string) =>
        JSON.parse(await readFile(join(folder, locale, `${name}.json`), "utf8")) as T;
      const [emojis, { groups }] = await Promise.all([read<Source[]>("data"), read<Messages>("messages")]);
      const shown = groups.filter((group) => group.key !== "component");
      const isShown = new Set(shown.map((group) => group.order));
      const data = {
        locale,
        skinTones: {},
        categories: shown.map(({ order, message }) => ({ index: order, label: capital(message) })),
        emojis: emojis
          .filter((one) => one.group !== undefined && isShown.has(one.group) && one.version <= NEWEST)
          .map((one) => ({
            emoji: one.emoji,
            category: one.group,
            label: capital(one.label),
            version: one.version,
            tags: one.tags ?? [],
          })),
      };
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(data))});`;
    },
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
