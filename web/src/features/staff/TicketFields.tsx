import { type ReactNode, useRef, useState } from "react";
import type { FullTicket, TicketChanges } from "~/api/schema";
import { CATEGORIES, PRIORITIES } from "~/features/tickets/ticketSearch";
import { useTranslation } from "~/i18n/useTranslation";
import { assignTeam, editTicket } from "~/services/staffService";
import { PriorityBadge } from "~/ui/Badges";
import { Button } from "~/ui/Button";
import { INPUT } from "~/ui/Field";
import { ChevronIcon, CloseIcon, PlusIcon } from "~/ui/icons";
import { RelativeTime } from "~/ui/RelativeTime";
import { ChoiceMenu } from "./ChoiceMenu";
import { TagInput } from "./TagInput";
import { useTeams } from "./useCounts";
import type { TicketChange } from "./useTicketChange";

/** What can be opened by a key. */
export type Field = "priority" | "tags";

interface Props {
  ticket: FullTicket;
  change: TicketChange;
  asked: Field | null;
  onAsked: (field: Field | null) => void;
}

const NONE = "none";
const MOST_TAGS = 20;

/** Category, priority, team, context and tags, each changed where it stands. */
export function TicketFields({ ticket, change, asked, onAsked }: Props) {
  const { t } = useTranslation();
  const teams = useTeams();
  const { id, tags = [] } = ticket;
  const edit = (now: TicketChanges, before: TicketChanges) =>
    change.mutate({
      shown: now as Partial<FullTicket>,
      done: () => editTicket(id, now),
      undo: () => editTicket(id, before),
    });
  const setTags = (next: string[]) => edit({ tags: next }, { tags });
  const setTeam = (chosen: string) => {
    const team = teams.find((other) => other.id === chosen);
    change.mutate({
      shown: { team: team ? { id: team.id, name: team.name } : null },
      done: () => assignTeam(id, team?.id ?? null),
    });
  };
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-3 gap-y-1">
      <Row name={t("priority.label")}>
        <ChoiceMenu
          label={t("priority.label")}
          value={ticket.priority}
          choices={PRIORITIES.toReversed().map((value) => ({
            value,
            label: <PriorityBadge priority={value} />,
          }))}
          onChange={(priority) => edit({ priority }, { priority: ticket.priority })}
          isOpen={asked === "priority"}
          onOpenChange={(isOpen) => onAsked(isOpen ? "priority" : null)}
          trigger={
            <Value label={t("priority.label")}>
              <PriorityBadge priority={ticket.priority} />
            </Value>
          }
        />
      </Row>
      <Row name={t("category.label")}>
        <ChoiceMenu
          label={t("category.label")}
          value={ticket.category}
          choices={CATEGORIES.map((value) => ({ value, label: t(`category.${value}`) }))}
          onChange={(category) => edit({ category }, { category: ticket.category })}
          trigger={<Value label={t("category.label")}>{t(`category.${ticket.category}`)}</Value>}
        />
      </Row>
      {(teams.length > 0 || ticket.team) && (
        <Row name={t("ticket.team")}>
          <ChoiceMenu
            label={t("ticket.team")}
            value={ticket.team?.id ?? NONE}
            choices={[
              { value: NONE, label: t("inbox.panel.none") },
              ...teams.map((team) => ({ value: team.id, label: team.name })),
            ]}
            onChange={setTeam}
            trigger={<Value label={t("ticket.team")}>{ticket.team?.name ?? "–"}</Value>}
          />
        </Row>
      )}
      <Row name={t("ticket.context")}>
        <TextValue
          label={t("ticket.context")}
          value={ticket.context ?? ""}
          onChange={(context) => edit({ context: context || null }, { context: ticket.context })}
        />
      </Row>
      <Row name={t("ticket.opened")}>
        <span className="block px-2 py-1 text-right">
          <RelativeTime at={ticket.createdAt} />
        </span>
      </Row>
      <dt className="col-span-2 pt-2 text-muted">{t("ticket.tags")}</dt>
      <dd className="col-span-2 flex flex-wrap items-center gap-1.5">
        {tags.map((tag) => (
          <span
            key={tag}
            className="inline-flex min-h-6 max-w-full items-center rounded-full bg-sunken pl-2.5 text-xs"
          >
            <span className="truncate" title={tag}>
              {tag}
            </span>
            <button
              type="button"
              aria-label={t("inbox.panel.removeTag", { tag })}
              onClick={() => setTags(tags.filter((other) => other !== tag))}
              className="grid size-6 shrink-0 place-items-center rounded-full hover:bg-hover"
            >
              <CloseIcon className="size-3" />
            </button>
          </span>
        ))}
        {asked === "tags" ? (
          <TagInput
            autoFocus
            label={t("inbox.panel.addTag")}
            onAdd={(tag) => !tags.includes(tag) && tags.length < MOST_TAGS && setTags([...tags, tag])}
            onEnd={() => onAsked(null)}
          />
        ) : (
          <Button
            size="small"
            kind="quiet"
            disabled={tags.length >= MOST_TAGS}
            title={tags.length >= MOST_TAGS ? t("inbox.panel.tagRules") : undefined}
            icon={<PlusIcon className="size-4 text-muted" />}
            onClick={() => onAsked("tags")}
          >
            {t("inbox.panel.addTag")}
          </Button>
        )}
      </dd>
    </dl>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 text-right">{children}</dd>
    </div>
  );
}

/** A value that opens its choices. */
function Value({ label, children, ...button }: { label: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      {...button}
      title={t("inbox.panel.edit", { name: label })}
      className="group inline-flex min-h-7 max-w-full items-center gap-1 rounded-md px-2 py-0.5 text-right hover:bg-hover data-popup-open:bg-hover"
    >
      <span className="sr-only">{label}: </span>
      <span className="min-w-0">{children}</span>
      <ChevronIcon className="size-3.5 text-muted" />
    </button>
  );
}

interface TextProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** A text that becomes a field when it is pressed: Enter keeps it, Escape does not. */
function TextValue({ label, value, onChange }: TextProps) {
  const { t } = useTranslation();
  const [text, setText] = useState<string | null>(null);
  const isOver = useRef(false);
  const end = (kept: string | null) => {
    if (isOver.current) return;
    isOver.current = true;
    setText(null);
    if (kept !== null && kept.trim() !== value) onChange(kept.trim());
  };
  if (text === null) {
    return (
      <button
        type="button"
        title={t("inbox.panel.edit", { name: label })}
        onClick={() => {
          isOver.current = false;
          setText(value);
        }}
        className="inline-flex min-h-7 max-w-full items-center rounded-md px-2 py-0.5 text-right hover:bg-hover"
      >
        <span className="sr-only">{label}: </span>
        <span>{value || "–"}</span>
      </button>
    );
  }
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: whoever pressed it wants to type
      autoFocus
      value={text}
      maxLength={120}
      aria-label={label}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.nativeEvent.isComposing) end(text);
        if (event.key === "Escape") {
          event.stopPropagation();
          end(null);
        }
      }}
      onBlur={() => end(text)}
      className={`${INPUT} h-8 text-sm`}
    />
  );
}
