import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { AdminFilters } from "~/features/admin/AdminFilters";
import { type AdminSearch, adminQuery } from "~/features/admin/adminSearch";
import { ExportButton } from "~/features/admin/ExportButton";
import { FilterChips } from "~/features/admin/FilterChips";
import { SearchBox } from "~/features/admin/SearchBox";
import { TicketTable } from "~/features/admin/TicketTable";
import { useTitle } from "~/hooks/useTitle";
import { useTranslation } from "~/i18n/useTranslation";

const route = getRouteApi("/inside/admin/tickets");

/** Every ticket of the desk as a table, narrowed and sorted by its address. */
export function AllTicketsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/admin/tickets" });
  const change = (next: AdminSearch) => void navigate({ search: next, replace: true });
  useTitle(t("admin.tickets.title"));
  return (
    <main className="flex h-full flex-col gap-3 overflow-y-auto px-4 py-4">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="text-xl font-semibold tracking-tight">{t("admin.tickets.title")}</h1>
        <SearchBox
          label={t("staff.search")}
          value={search.q ?? ""}
          onChange={(text) => {
            const { q: _, ...rest } = search;
            change(text === "" ? rest : { ...rest, q: text });
          }}
          className="min-w-48 flex-1 sm:max-w-md"
        />
        <div className="sm:ml-auto">
          <ExportButton query={adminQuery(search)} />
        </div>
      </div>
      <AdminFilters search={search} onChange={change} />
      <FilterChips search={search} onChange={change} />
      <TicketTable search={search} onChange={change} />
    </main>
  );
}
