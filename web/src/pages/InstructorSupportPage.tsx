import { getRouteApi, useNavigate, useParams } from "@tanstack/react-router";
import { Suspense, useCallback, useRef } from "react";
import { keysOf, runCommand } from "~/features/staff/commands";
import { Key } from "~/features/staff/Key";
import { Keyboard } from "~/features/staff/Keyboard";
import { ListPane } from "~/features/staff/ListPane";
import { useLiveCounts } from "~/features/staff/useCounts";
import { ViewsNav } from "~/features/staff/ViewsNav";
import type { StaffSearch } from "~/features/staff/views";
import { useMatches } from "~/hooks/useMatches";
import { useTitle } from "~/hooks/useTitle";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { later } from "~/ui/later";
import { WaitingPage } from "~/ui/Waiting";

const StaffTicket = later(() =>
  import("~/features/staff/StaffTicket").then(({ StaffTicket }) => ({ default: StaffTicket })),
);
/** Where the list stands beside the ticket that is open, not below it. */
const beside = matchMedia("(min-width: 48rem)");
const route = getRouteApi("/inside/support");

/** Three panes: which tickets, the list of them, and the one that is open. */
export function InstructorSupportPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate();
  const { ticketId } = useParams({ strict: false });

  useLiveCounts();
  // On a phone nobody sees it behind a ticket: whoever came by a link gets it when they go back.
  const isBeside = useMatches(beside);
  const isListDrawn = useRef(false);
  isListDrawn.current ||= isBeside || !ticketId;
  const open = useRef(ticketId);
  open.current = ticketId;
  const change = useCallback(
    (next: StaffSearch) =>
      void navigate(
        open.current
          ? { to: "/support/$ticketId", params: { ticketId: open.current }, search: next, replace: true }
          : { to: "/support", search: next, replace: true },
      ),
    [navigate],
  );
  return (
    <div className="flex h-full min-h-0 bg-surface">
      <Keyboard />
      <ViewsNav search={search} />
      {isListDrawn.current && <ListPane search={search} open={ticketId} onChange={change} />}
      <div className={cx("flex h-full min-w-0 flex-1 bg-canvas", !ticketId && "max-md:hidden")}>
        {ticketId ? (
          <Suspense fallback={<WaitingPage />}>
            <StaffTicket ticketId={ticketId} search={search} />
          </Suspense>
        ) : (
          <NothingOpen title={t("tickets.all")} text={t("staff.choose")} />
        )}
      </div>
    </div>
  );
}

function NothingOpen({ title, text }: { title: string; text: string }) {
  const { t } = useTranslation();
  useTitle(title);
  return (
    <section
      aria-label={text}
      className="m-auto flex max-w-sm flex-col items-center gap-4 px-6 text-center text-muted"
    >
      <p>{text}</p>
      <div className="flex flex-wrap justify-center gap-2">
        {(["palette", "help"] as const).map((id) => (
          <Button key={id} size="small" onClick={() => runCommand(id)}>
            {t(`inbox.command.${id}`)}
            <Key name={keysOf(id)[0] ?? ""} />
          </Button>
        ))}
      </div>
    </section>
  );
}
