import { getRouteApi, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { StaffList } from "~/features/staff/StaffList";
import { StaffTicket } from "~/features/staff/StaffTicket";
import { ViewsNav } from "~/features/staff/ViewsNav";
import { type StaffSearch, VIEWS, viewOf } from "~/features/staff/views";
import { cx } from "~/ui/cx";
import { INPUT } from "~/ui/Field";
import { SearchIcon } from "~/ui/icons";

const route = getRouteApi("/inside/support");

/** Three panes: which tickets, the list of them, and the one that is open. */
export function InstructorSupportPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/support" });
  const { ticketId } = useParams({ strict: false });
  const view = viewOf(search);

  useEffect(() => {
    if (!ticketId) document.title = `${t("tickets.all")} · ${t("app.name")}`;
  }, [ticketId, t]);

  const change = (next: StaffSearch) => void navigate({ search: next, replace: true });
  return (
    <div className="flex h-full min-h-0 bg-surface">
      <ViewsNav search={search} />
      <section
        aria-label={t("tickets.all")}
        className={cx(
          "flex h-full w-full flex-col border-r border-line md:w-90 md:shrink-0",
          ticketId && "max-md:hidden",
        )}
      >
        <div className="flex flex-col gap-2 border-b border-line p-2.5">
          <div role="group" aria-label={t("nav.views")} className="flex gap-1 lg:hidden">
            {VIEWS.map((name) => (
              <button
                key={name}
                type="button"
                aria-pressed={view === name}
                onClick={() => change({ view: name })}
                className={cx(
                  "rounded-lg px-2.5 py-1 text-sm font-medium",
                  view === name ? "bg-accent-soft text-accent-text" : "text-muted hover:bg-hover",
                )}
              >
                {t(`staff.views.${name}`)}
              </button>
            ))}
          </div>
          <label className="relative">
            <span className="sr-only">{t("staff.search")}</span>
            <SearchIcon className="pointer-events-none absolute top-2 left-2.5 text-muted" />
            <input
              type="search"
              value={search.q ?? ""}
              placeholder={t("staff.search")}
              onChange={(event) => {
                const { q: _, ...rest } = search;
                change(event.target.value === "" ? rest : { ...rest, q: event.target.value });
              }}
              className={cx(INPUT, "h-9 pl-9 text-sm")}
            />
          </label>
        </div>
        <StaffList search={search} open={ticketId} />
      </section>
      <div className={cx("flex h-full min-w-0 flex-1 bg-canvas", !ticketId && "max-md:hidden")}>
        {ticketId ? (
          <StaffTicket ticketId={ticketId} search={search} />
        ) : (
          <p className="m-auto text-muted">{t("staff.choose")}</p>
        )}
      </div>
    </div>
  );
}
