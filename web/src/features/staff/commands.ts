/** What can be done by a key or from the palette; whoever can do it now registers how. */
import i18next from "i18next";
import { useEffect, useRef, useSyncExternalStore } from "react";

export const GROUPS = ["list", "ticket", "everywhere"] as const;
export type Group = (typeof GROUPS)[number];

interface Shortcut {
  /** As `KeyboardEvent.key` has them; any of them. */
  keys: readonly string[];
  group: Group;
  /** With Ctrl or ⌘. */
  isChord?: true;
  /** And with Shift. */
  isShifted?: true;
}

/** Every command with its keys, in the order in which they are listed. */
export const COMMANDS = {
  next: { keys: ["j"], group: "list" },
  previous: { keys: ["k"], group: "list" },
  open: { keys: ["Enter"], group: "list" },
  back: { keys: ["Escape"], group: "list" },
  search: { keys: ["/"], group: "list" },
  select: { keys: ["x"], group: "list" },
  selectRange: { keys: ["X"], group: "list" },
  reply: { keys: ["r"], group: "ticket" },
  note: { keys: ["n", "c"], group: "ticket" },
  assign: { keys: ["a"], group: "ticket" },
  claim: { keys: ["i"], group: "ticket" },
  status: { keys: ["s"], group: "ticket" },
  priority: { keys: ["p"], group: "ticket" },
  tags: { keys: ["t"], group: "ticket" },
  resolve: { keys: ["e"], group: "ticket" },
  sendAndResolve: { keys: ["Enter"], group: "ticket", isChord: true, isShifted: true },
  close: { keys: [], group: "ticket" },
  unread: { keys: ["u"], group: "ticket" },
  copyNumber: { keys: ["."], group: "ticket", isChord: true },
  timeline: { keys: [], group: "ticket" },
  panel: { keys: [], group: "ticket" },
  palette: { keys: ["k"], group: "everywhere", isChord: true },
  help: { keys: ["?"], group: "everywhere" },
} as const satisfies Record<string, Shortcut>;
export type CommandId = keyof typeof COMMANDS;

const IDS = Object.keys(COMMANDS) as CommandId[];
/** Who can do it; what was shown last does. */
const running = new Map<CommandId, (() => void)[]>(IDS.map((id) => [id, []]));

function runOf(id: CommandId): (() => void) | undefined {
  return running.get(id)?.at(-1);
}

/** Those that can be done now. */
export function commandsNow(): CommandId[] {
  return IDS.filter(runOf);
}

export function runCommand(id: CommandId): void {
  runOf(id)?.();
}

/** Makes commands do something while this is shown; those that are missing do nothing. */
export function useCommands(commands: Partial<Record<CommandId, (() => void) | undefined>>): void {
  const latest = useRef(commands);
  latest.current = commands;
  const names = IDS.filter((id) => commands[id]).join(" ");
  useEffect(() => {
    const ours = names.split(" ").filter(Boolean) as CommandId[];
    const runs = ours.map((id) => [id, () => latest.current[id]?.()] as const);
    for (const [id, run] of runs) running.get(id)?.push(run);
    return () => {
      for (const [id, run] of runs) {
        const left = running.get(id)?.filter((other) => other !== run) ?? [];
        running.set(id, left);
      }
    };
  }, [names]);
}

const KEPT_AS = "roomdesk.keys";
const listeners = new Set<() => void>();
let isOn = kept();

function kept(): boolean {
  try {
    return localStorage.getItem(KEPT_AS) !== "off";
  } catch {
    return true;
  }
}

/** Single keys can be switched off (WCAG 2.1.4): who dictates, or slips, does not want them. */
export function chooseKeys(on: boolean): void {
  isOn = on;
  try {
    if (on) localStorage.removeItem(KEPT_AS);
    else localStorage.setItem(KEPT_AS, "off");
  } catch {
    // It lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

export function useKeysOn(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isOn,
  );
}

const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable=true]";
/** What has keys of its own; what is told in a corner has none. */
const BUSY =
  "[role=dialog]:not([data-told]), [role=alertdialog]:not([data-told]), [role=menu], [role=listbox]";
const ACTS_ON_ENTER = "a, button, summary, [role=button]";

/** Which command a key means, where it was pressed. */
export function commandOf(event: KeyboardEvent): CommandId | undefined {
  if (event.defaultPrevented || event.isComposing || event.altKey) return undefined;
  const isChord = event.metaKey || event.ctrlKey;
  const id = IDS.find((name) => {
    const shortcut: Shortcut = COMMANDS[name];
    const fits = Boolean(shortcut.isChord) === isChord && (!shortcut.isShifted || event.shiftKey);
    return fits && shortcut.keys.includes(event.key);
  });
  if (!id) return undefined;
  const target = event.target instanceof Element ? event.target : null;
  if (id === "palette") return id;
  if (target?.closest(BUSY) || document.querySelector(BUSY)) return undefined;
  if (isChord) return id;
  if (!isOn || target?.closest(TYPING)) return undefined;
  if (id === "open" && target?.closest(ACTS_ON_ENTER)) return undefined;
  return id;
}

/** Whether Escape leaves what one types in; the keys of the page act from then on. */
function isLeaving({ key, defaultPrevented, isComposing, target }: KeyboardEvent): boolean {
  if (key !== "Escape" || defaultPrevented || isComposing || !(target instanceof HTMLElement)) return false;
  return target.closest(TYPING) !== null && target.closest(BUSY) === null;
}

/** Listens to the keys, once on a page. */
export function useKeys(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isLeaving(event)) return (event.target as HTMLElement).blur();
      const id = commandOf(event);
      if (!id || !runOf(id)) return;
      if (event.repeat && id !== "next" && id !== "previous") return;
      event.preventDefault();
      runCommand(id);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

const isApple = /Mac|iP(hone|ad|od)/.test(navigator.userAgent);
const SHOWN: Record<string, string> = { Escape: "Esc", Enter: "↵", X: "⇧ X" };

/** A key as it stands on the keyboard. */
export function shownKey(key: string, isChord = false, isShifted = false): string {
  const name = `${isShifted ? "⇧ " : ""}${SHOWN[key] ?? key.toUpperCase()}`;
  return isChord ? `${isApple ? "⌘" : i18next.t("inbox.keys.control")} ${name}` : name;
}

/** The keys of a command, as they are shown. */
export function keysOf(id: CommandId): string[] {
  const shortcut: Shortcut = COMMANDS[id];
  return shortcut.keys.map((key) => shownKey(key, shortcut.isChord, shortcut.isShifted));
}
