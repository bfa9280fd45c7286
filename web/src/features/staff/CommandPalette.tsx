import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { findTickets } from "~/services/staffService";
import { StatusBadge } from "~/ui/Badges";
import { cx } from "~/ui/cx";
import { SearchIcon } from "~/ui/icons";
import { COMMANDS, commandsNow, GROUPS, keysOf, runCommand, useKeysOn } from "./commands";
import { Key } from "./Key";
import { partsOf } from "./searchWords";
import { useTeams } from "./useCounts";
import { readStaffSearch, type StaffSearch, VIEWS } from "./views";

interface Item {
  id: string;
  group: string;
  name: string;
  /** Beside the name. */
  aside?: React.ReactNode;
  run: () => void;
}

/** From so many letters on tickets are looked for. */
const SEARCHED_FROM = 2;
const MOST_TICKETS = 8;

/** Everything that can be done now, and every ticket, by a few letters of its name. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const { items, isSearching } = useItems(text.trim());
  const place = Math.min(chosen, Math.max(items.length - 1, 0));

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  });

  const run = (item: Item | undefined) => {
    if (!item) return;
    onClose();
    // Once the dialog has given the focus back: what follows may want it.
    setTimeout(item.run);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setChosen((place + step + items.length) % Math.max(items.length, 1));
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      run(items[place]);
    }
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup
          aria-label={t("inbox.palette.label")}
          className="fixed top-[10vh] left-1/2 z-50 flex max-h-[75dvh] w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-2xl bg-raised shadow-pop outline-none"
        >
          <label className="relative border-b border-line">
            <span className="sr-only">{t("inbox.palette.label")}</span>
            <SearchIcon className="pointer-events-none absolute top-4 left-4 text-muted" />
            <input
              role="combobox"
              aria-expanded={items.length > 0}
              aria-controls={`${id}-list`}
              aria-activedescendant={items[place] ? `${id}-${place}` : undefined}
              aria-autocomplete="list"
              value={text}
              placeholder={t("inbox.palette.placeholder")}
              onChange={(event) => {
                setText(event.target.value);
                setChosen(0);
              }}
              onKeyDown={press}
              className="h-13 w-full bg-transparent pr-4 pl-11 outline-none placeholder:text-muted"
            />
          </label>
          <div
            ref={list}
            id={`${id}-list`}
            role="listbox"
            aria-label={t("inbox.palette.label")}
            className="min-h-0 overflow-y-auto p-2"
          >
            {items.map((item, index) => (
              <div key={item.id} role="presentation">
                {item.group !== items[index - 1]?.group && (
                  <p role="presentation" className="px-2.5 pt-2 pb-1 text-xs font-semibold text-muted">
                    {item.group}
                  </p>
                )}
                {/* biome-ignore lint/a11y/useFocusableInteractive: the focus stays where one types */}
                {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field above */}
                <div
                  id={`${id}-${index}`}
                  role="option"
                  aria-selected={index === place}
                  onMouseMove={() => setChosen(index)}
                  onClick={() => run(item)}
                  className={cx(
                    "flex min-h-9 cursor-default items-center gap-3 rounded-lg px-2.5 py-1.5 text-sm",
                    index === place && "bg-hover",
                  )}
                >
                  <span className="min-w-0 flex-1 truncate" title={item.name}>
                    {item.name}
                  </span>
                  {item.aside}
                </div>
              </div>
            ))}
          </div>
          <p role="status" className="px-4 pb-4 text-center text-sm text-muted empty:hidden">
            {items.length === 0 && t(isSearching ? "app.loading" : "inbox.palette.nothing")}
          </p>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useItems(text: string) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const areKeysOn = useKeysOn();
  const teams = useTeams();
  const [commands] = useState(commandsNow);
  const wanted = useDeferredValue(text);
  const q = partsOf(wanted).words.join(" ");
  const { data, isFetching } = useQuery({
    queryKey: ["palette", q],
    queryFn: ({ signal }) => findTickets({ q, limit: MOST_TICKETS }, signal),
    enabled: q.length >= SEARCHED_FROM,
    placeholderData: (before) => before,
  });
  const show = (search: StaffSearch) => () => void navigate({ to: "/support", search });
  const does: Item[] = GROUPS.toReversed().flatMap((group) =>
    commands
      .filter((id) => COMMANDS[id].group === group && id !== "palette" && id !== "open")
      .map((id) => {
        const [key] = keysOf(id);
        return {
          id,
          group: t(group === "ticket" ? "inbox.palette.actions" : `inbox.palette.${group}`),
          name: t(`inbox.command.${id}`),
          aside: key && (areKeysOn || key.includes(" ")) && <Key name={key} />,
          run: () => runCommand(id),
        };
      }),
  );
  const goes: Item[] = [
    ...VIEWS.map((view) => ({ id: view, name: t(`staff.views.${view}`), run: show({ view }) })),
    ...teams.map((team) => ({ id: team.id, name: team.name, run: show({ team: team.id }) })),
  ].map((item) => ({ ...item, group: t("inbox.palette.views") }));
  const found: Item[] = (q.length >= SEARCHED_FROM ? (data?.items ?? []) : []).map((ticket) => ({
    id: ticket.id,
    group: t("inbox.palette.tickets"),
    name: ticket.title,
    aside: (
      <span className="flex shrink-0 items-center gap-2">
        <span className="tabular text-xs text-muted max-sm:hidden">{ticket.ticketId}</span>
        <StatusBadge status={ticket.status} />
      </span>
    ),
    run: () =>
      void navigate({
        to: "/support/$ticketId",
        params: { ticketId: ticket.ticketId },
        search: readStaffSearch,
      }),
  }));
  const order = does.some((item) => item.group === t("inbox.palette.actions"))
    ? [...does.filter((item) => item.group === t("inbox.palette.actions")), ...goes]
    : goes;
  const rest = does.filter((item) => !order.includes(item));
  const fits = [...order, ...rest].filter((item) => matches(item.name, text));
  return { items: [...fits, ...found], isSearching: isFetching };
}

/** Whether each typed word begins a word of the name. */
export function matches(name: string, text: string): boolean {
  const words = name.toLowerCase().split(/[\s…,]+/);
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)));
}
