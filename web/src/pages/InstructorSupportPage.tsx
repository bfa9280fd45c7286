import { getRouteApi, useNavigate, useParams } from "@tanstack/react-router";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useKeys } from "~/features/staff/commands";
import { ListPane } from "~/features/staff/ListPane";
import { StaffTicket } from "~/features/staff/StaffTicket";
import { useLiveCounts } from "~/features/staff/useCounts";
import { ViewsNav } from "~/features/staff/ViewsNav";
import type { StaffSearch } from "~/features/staff/views";
import { useTitle } from "~/hooks/useTitle";
import { cx } from "~/ui/cx";

const route = getRouteApi("/inside/support");

/** Three panes: which tickets, the list of them, and the one that is open. */
export function InstructorSupportPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate();
  const { ticketId } = useParams({ strict: false });

  useKeys();
  useLiveCounts();
  const change = useCallback(
    (next: StaffSearch) =>
      void navigate(
        ticketId
          ? { to: "/support/$ticketId", params: { ticketId }, search: next, replace: true }
          : { to: "/support", search: next, replace: true },
      ),
    [navigate, ticketId],
  );
  return (
    <main className="flex h-full min-h-0 bg-surface">
      <ViewsNav search={search} />
      <ListPane search={search} open={ticketId} onChange={change} />
      <div className={cx("flex h-full min-w-0 flex-1 bg-canvas", !ticketId && "max-md:hidden")}>
        {ticketId ? (
          <StaffTicket ticketId={ticketId} search={search} />
        ) : (
          <NothingOpen title={t("tickets.all")} text={t("staff.choose")} />
        )}
      </div>
    </main>
  );
}

function NothingOpen({ title, text }: { title: string; text: string }) {
  useTitle(title);
  return <p className="m-auto max-w-sm px-6 text-center text-muted">{text}</p>;
}
