import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { TicketFilters } from "~/features/tickets/TicketFilters";
import { TicketList } from "~/features/tickets/TicketList";
import { isFiltered, queryOf, STATUSES, type TicketSearch } from "~/features/tickets/ticketSearch";
import { ticketList } from "~/hooks/useSupport";
import { useTitle } from "~/hooks/useTitle";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { INPUT } from "~/ui/Field";
import { PlusIcon, SearchIcon } from "~/ui/icons";

const CreateTicketModal = lazy(() => import("~/features/tickets/CreateTicketModal"));
const route = getRouteApi("/inside/tickets");

/** Everything that somebody asked, and the way to ask something new. */
export function StudentSupportPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/tickets" });
  const [isCreating, setCreating] = useState(false);
  const wanted = useDeferredValue(search);
  const list = useInfiniteQuery(ticketList(queryOf(wanted)));
  const change = (next: TicketSearch) => void navigate({ search: next, replace: true });

  useTitle(t("tickets.mine"));

  return (
    <main className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-3xl flex-col gap-4 px-4 py-6">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <h1 className="text-2xl font-semibold tracking-tight">{t("tickets.mine")}</h1>
          <Button kind="primary" icon={<PlusIcon />} onClick={() => setCreating(true)}>
            {t("tickets.create")}
          </Button>
        </div>
        <StatusTabs search={search} onChange={change} />
        <label className="relative">
          <span className="sr-only">{t("tickets.searchPlaceholder")}</span>
          <SearchIcon className="pointer-events-none absolute top-2.5 left-3 text-muted" />
          <input
            type="search"
            value={search.q ?? ""}
            placeholder={t("tickets.searchPlaceholder")}
            onChange={(event) => change(withText(search, event.target.value))}
            className={cx(INPUT, "h-10 pl-10")}
          />
        </label>
        <TicketFilters search={search} onChange={change} />
        <TicketList
          list={list}
          isFiltered={isFiltered(wanted)}
          onClear={() => change({})}
          onCreate={() => setCreating(true)}
        />
      </div>
      {isCreating && (
        <Suspense>
          <CreateTicketModal onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </main>
  );
}

function withText(search: TicketSearch, text: string): TicketSearch {
  const { q: _, ...rest } = search;
  return text === "" ? rest : { ...rest, q: text };
}

/** One tab per status; they are links, so that each is an address. */
function StatusTabs({
  search,
  onChange,
}: {
  search: TicketSearch;
  onChange: (search: TicketSearch) => void;
}) {
  const { t } = useTranslation();
  const { status, ...rest } = search;
  const current = status?.length === 1 ? status[0] : undefined;
  return (
    <div className="-mx-4 overflow-x-auto px-4">
      <div role="group" aria-label={t("status.label")} className="flex gap-1 border-b border-line">
        {[undefined, ...STATUSES].map((name) => (
          <button
            key={name ?? "all"}
            type="button"
            aria-pressed={current === name}
            onClick={() => onChange(name ? { ...rest, status: [name] } : rest)}
            className={cx(
              "-mb-px border-b-2 px-3 py-2 text-sm font-medium whitespace-nowrap",
              current === name
                ? "border-accent text-accent-text"
                : "border-transparent text-muted hover:text-text",
            )}
          >
            {t(`tickets.tabs.${name ?? "all"}`)}
          </button>
        ))}
      </div>
    </div>
  );
}
