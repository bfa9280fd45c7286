import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactNode, useDeferredValue, useRef, useState } from "react";
import type { Assignable } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { getAssignable } from "~/services/staffService";
import { useMe } from "~/session/session";
import { Avatar } from "~/ui/Avatar";
import { INPUT } from "~/ui/Field";

interface Props {
  label: string;
  onChoose: (person: Assignable) => void;
  /** Those who are no choice. */
  without?: ReadonlySet<string>;
  /** Who has it now. */
  current?: string | undefined;
  /** Other choices before the people, for what was typed. */
  before?: (text: string) => ReactNode;
  /** Whether people are looked for at all. */
  isOn?: boolean;
}

const NOBODY: ReadonlySet<string> = new Set();

/** Staff by a part of their name, each with their role and how many open tickets they have. Arrows walk. */
export function PersonSearch({ label, onChoose, without = NOBODY, current, before, isOn = true }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const [search, setSearch] = useState("");
  const wanted = useDeferredValue(search.trim());
  const frame = useRef<HTMLDivElement>(null);
  const { data, isError, error } = useQuery({
    queryKey: ["assignable", wanted],
    queryFn: ({ signal }) => getAssignable(wanted, signal),
    placeholderData: (known) => known,
    enabled: isOn,
  });
  const others = before?.(search.trim());
  const people = data?.items.filter((person) => !without.has(person.id)) ?? [];

  const walk = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [...(frame.current?.querySelectorAll<HTMLElement>("input, [data-choice]") ?? [])];
    if (step) {
      event.preventDefault();
      stops[stops.indexOf(document.activeElement as HTMLElement) + step]?.focus();
    } else if (event.key === "Enter" && document.activeElement === stops[0]) {
      event.preventDefault();
      if (search.trim() !== "") stops[1]?.click();
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrows walk among what is inside, which can be tabbed to as well
    <div ref={frame} onKeyDown={walk} className="flex min-h-0 flex-col gap-2">
      <input
        type="search"
        // biome-ignore lint/a11y/noAutofocus: it was opened to look for somebody
        autoFocus
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        placeholder={label}
        aria-label={label}
        className={`${INPUT} h-9 shrink-0 text-sm`}
      />
      <ul className="-mx-1 max-h-72 min-h-0 overflow-y-auto px-1 py-0.5">
        {others}
        {people.map((person) => (
          <li key={person.id}>
            <Choice onClick={() => onChoose(person)} isCurrent={person.id === current}>
              <Avatar name={person.displayName} url={person.avatarUrl} size={32} />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium" title={person.displayName}>
                  {person.displayName}
                  {person.id === me.id && <span className="font-normal text-muted"> ({t("app.you")})</span>}
                </span>
                <span className="text-xs text-muted">{t(`staff.roles.${person.role}`)}</span>
              </span>
              <span className="tabular shrink-0 text-xs text-muted">
                {t("staff.assign.openTickets", { count: person.openTickets })}
              </span>
            </Choice>
          </li>
        ))}
        {isError && (
          <li role="alert" className="px-2.5 py-3 text-sm text-danger">
            {error.message || t("errors.failed")}
          </li>
        )}
        {data && people.length === 0 && !others && (
          <li className="px-2.5 py-3 text-center text-sm text-muted">{t("tickets.noMatch.title")}</li>
        )}
      </ul>
    </div>
  );
}

interface ChoiceProps {
  onClick: () => void;
  isCurrent?: boolean;
  children: ReactNode;
}

/** One line that can be chosen. */
export function Choice({ onClick, isCurrent, children }: ChoiceProps) {
  return (
    <button
      type="button"
      data-choice
      onClick={onClick}
      aria-current={isCurrent ? "true" : undefined}
      className="flex min-h-9 w-full items-center gap-3 rounded-lg px-2.5 py-1.5 text-left text-sm hover:bg-hover focus-visible:bg-hover aria-[current=true]:bg-accent-soft"
    >
      {children}
    </button>
  );
}
