/** Two ways of writing that cannot be mistaken for each other; each keeps its own draft. */
import { type ReactNode, useEffect, useRef } from "react";
import type { FullTicket } from "~/api/schema";
import { usePainted } from "~/hooks/usePainted";
import type { Uploads } from "~/hooks/useUploads";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import { LockIcon, ReplyIcon } from "~/ui/icons";
import { KeyTip } from "./KeyTip";
import { NoteInput } from "./NoteInput";

export type Mode = "answer" | "note";
const MODES = ["answer", "note"] as const;

interface Props {
  ticket: FullTicket;
  answer: ReactNode;
  /** The files of a note in the making. */
  files: Uploads;
  largest: number;
  mode: Mode;
  /** Grows whenever one wants to write, so that the focus goes there. */
  asked: number;
  onMode: (mode: Mode) => void;
}

export function Composer({ ticket, answer, files, largest, mode, asked, onMode }: Props) {
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const isNote = mode === "note";
  const isPainted = usePainted();

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew, it focuses anew
  useEffect(() => {
    if (asked > 0) frame.current?.querySelector<HTMLElement>("[data-mode]:not([hidden]) textarea")?.focus();
  }, [asked, mode]);

  return (
    <div
      ref={frame}
      className={cx("border-t", isNote ? "border-note-line bg-note" : "border-line bg-surface")}
    >
      <div role="group" aria-label={t("staff.composer")} className="flex items-center gap-1 px-3 pt-2">
        {MODES.map((name) => (
          <KeyTip key={name} command={name === "note" ? "note" : "reply"}>
            <button
              type="button"
              aria-pressed={mode === name}
              onClick={() => onMode(name)}
              className={cx(
                "inline-flex min-h-7 items-center gap-1.5 rounded-lg px-2.5 py-1 text-sm font-medium",
                mode !== name
                  ? cx("hover:bg-hover", isNote ? "text-note-text" : "text-muted")
                  : name === "note"
                    ? "bg-note-line text-[#2b2100]"
                    : "bg-accent-soft text-accent-text",
              )}
            >
              {name === "note" ? <LockIcon className="size-3.5" /> : <ReplyIcon className="size-3.5" />}
              {t(name === "note" ? "staff.note.label" : "staff.answer")}
            </button>
          </KeyTip>
        ))}
        {isNote && (
          <span
            title={t("staff.note.write")}
            className="ml-auto truncate text-xs font-medium text-note-text max-sm:hidden"
          >
            {t("staff.note.write")}
          </span>
        )}
      </div>
      {/* Both stay, so that what was begun in one is there after a look at the other. */}
      <div data-mode="answer" hidden={isNote}>
        {answer}
      </div>
      <div data-mode="note" hidden={!isNote}>
        {(isNote || isPainted) && <NoteInput ticket={ticket} files={files} largest={largest} />}
      </div>
    </div>
  );
}
