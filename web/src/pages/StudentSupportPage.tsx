import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { StatusTabs } from "~/features/tickets/StatusTabs";
import { TicketFilters } from "~/features/tickets/TicketFilters";
import { TicketList } from "~/features/tickets/TicketList";
import { isFiltered, type TicketSearch } from "~/features/tickets/ticketSearch";
import { useDebounced } from "~/hooks/useDebounced";
import { useOwnTickets } from "~/hooks/useOwnTickets";
import { useTitle } from "~/hooks/useTitle";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { INPUT } from "~/ui/Field";
import { PlusIcon, SearchIcon } from "~/ui/icons";
import { later } from "~/ui/later";

const CreateTicketModal = later(() => import("~/features/tickets/CreateTicketModal"));
const route = getRouteApi("/inside/tickets");

/** Everything that somebody asked, and the way to ask something new. */
export function StudentSupportPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/tickets" });
  const [isCreating, setCreating] = useState(false);
  const { q: _, ...filters } = search;
  const q = useDebounced(search.q);
  const wanted = q ? { ...filters, q } : filters;
  const { tickets, list } = useOwnTickets(wanted);
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
            maxLength={200}
            placeholder={t("tickets.searchPlaceholder")}
            onChange={(event) => change(withText(search, event.target.value))}
            className={cx(INPUT, "h-10 pl-10")}
          />
        </label>
        <TicketFilters search={search} onChange={change} />
        <TicketList
          tickets={tickets}
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
