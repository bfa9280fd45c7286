/** What happened to a ticket, as small grey lines between what was said. */
import type { TFunction } from "i18next";
import { useTranslation } from "~/i18n/useTranslation";
import type { TimelineEntry } from "~/services/staffService";
import { RelativeTime } from "~/ui/RelativeTime";

/** What the conversation itself tells. */
const SAID = new Set([
  "created",
  "status-changed",
  "title-changed",
  "assigned",
  "participant-added",
  "participant-removed",
  "resolution-given",
  "followed-up",
  "closing-announced",
]);
/** What happens within so long of each other stands together. */
const TOGETHER_MS = 60_000;

export interface Happened {
  key: string;
  at: string;
  entries: TimelineEntry[];
}

/** What the conversation does not tell, in groups of what happened at once. */
export function grouped(entries: readonly TimelineEntry[]): Happened[] {
  const groups: Happened[] = [];
  for (const entry of entries) {
    if (SAID.has(entry.what)) continue;
    const last = groups.at(-1);
    const before = last?.entries.at(-1);
    if (last && before && Date.parse(entry.at) - Date.parse(before.at) < TOGETHER_MS)
      last.entries.push(entry);
    else groups.push({ key: entry.id, at: entry.at, entries: [entry] });
  }
  return groups;
}

export function TimelineLines({ happened }: { happened: Happened }) {
  const { t } = useTranslation();
  return (
    <ul className="py-1.5 text-center text-xs text-muted">
      {happened.entries.map((entry) => (
        <li key={entry.id} className="py-px">
          {wordsOf(entry, t)} · <RelativeTime at={entry.at} />
        </li>
      ))}
    </ul>
  );
}

function nameOf(value: TimelineEntry["from"]): string {
  if (value === null) return "";
  return typeof value === "string" ? value : value.displayName;
}

/** One line of a timeline in words. */
export function wordsOf(entry: TimelineEntry, t: TFunction): string {
  const actor = entry.actor?.displayName ?? t("timeline.desk");
  const from = nameOf(entry.from);
  const to = nameOf(entry.to);
  const field = (what: string, shown = (value: string) => value) => {
    const said = { actor, what, from: from && shown(from), to: to && shown(to) };
    if (from === "") return t("inbox.timeline.fieldSet", said);
    return to === "" ? t("inbox.timeline.fieldUnset", said) : t("inbox.timeline.field", said);
  };
  switch (entry.what) {
    case "category-changed":
      return field(t("inbox.timeline.category"), (value) => t(`category.${value}` as "category.other"));
    case "priority-changed":
      return field(t("inbox.timeline.priority"), (value) => t(`priority.${value}` as "priority.low"));
    case "context-changed":
      return field(t("inbox.timeline.context"));
    case "tags-changed":
      return field(t("inbox.timeline.tags"));
    case "team-changed":
      return field(t("inbox.timeline.team"));
    case "confidentiality-changed":
      return t(to === "confidential" ? "inbox.timeline.confidentialOn" : "inbox.timeline.confidentialOff", {
        actor,
      });
    case "staff-named":
      return t("inbox.timeline.named", { actor, name: to || from });
    case "staff-unnamed":
      return t("inbox.timeline.unnamed", { actor, name: from || to });
    case "invitation-failed":
      return t("inbox.timeline.invitationFailed", { name: from, reason: to });
    case "mail-failed":
      return t("inbox.timeline.mailFailed", { name: from, reason: to });
    default:
      return t("timeline.other", { actor, what: t(`timeline.what.${entry.what}`) });
  }
}
