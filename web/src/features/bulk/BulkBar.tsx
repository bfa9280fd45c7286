import { Menu } from "@base-ui/react/menu";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import type { BulkChange } from "~/services/bulkService";
import { countTickets, getTeams } from "~/services/staffService";
import { StatusBadge } from "~/ui/Badges";
import { Button } from "~/ui/Button";
import { CheckIcon, ChevronIcon, CloseIcon, UserIcon } from "~/ui/icons";
import { later } from "~/ui/later";
import { MENU_ITEM, MenuPopup } from "~/ui/MenuPopup";
import { JobDialog } from "./JobDialog";
import { ResolutionDialog } from "./ResolutionDialog";
import { TagsDialog } from "./TagsDialog";
import { useBulk } from "./useBulk";
import type { Selection } from "./useSelection";

const AssignTicketModal = later(() => import("~/features/staff/AssignTicketModal"));

interface Props {
  selection: Selection;
  /** The list's filter as the text of a search box: what "all" means. */
  filter: string;
  /** The numbers of the tickets that have been read so far, for choosing them all. */
  shown: readonly string[];
  /** Whether there are more than those. */
  hasMore: boolean;
}

type Asking = "assign" | "close" | "resolve" | "tags" | null;

/** Tickets have different people: none of those who are offered has them all. */
const SEVERAL = "several";
/** Those that need no word of what came of it. */
const PLAIN = ["open", "in-progress", "pending"] as const;
/** So many are counted one by one. */
const COUNTED = 1_000;

/** What may be done to the tickets that are chosen. Draws nothing while there are none, but goes on with what was begun. */
export function BulkBar({ selection, filter, shown, hasMore }: Props) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Asking>(null);
  const { clear } = selection;
  const bulk = useBulk(clear);
  const change = (what: BulkChange) => {
    setAsking(null);
    bulk.begin(selection.isAll ? { filter } : { ids: [...selection.ids] }, what);
  };
  const close = () => setAsking(null);
  return (
    <>
      {!selection.isEmpty && (
        <div
          role="toolbar"
          aria-label={t("bulk.label")}
          className="flex flex-wrap items-center gap-1.5 rounded-xl border border-accent bg-accent-soft px-2.5 py-1.5"
        >
          <div className="mr-auto flex items-start gap-1.5">
            <Button
              kind="quiet"
              size="icon-small"
              icon={<CloseIcon />}
              aria-label={t("bulk.clear")}
              title={t("bulk.clear")}
              onClick={clear}
            />
            <Count selection={selection} filter={filter} shown={shown} hasMore={hasMore} />
          </div>
          <Button
            size="small"
            icon={<UserIcon className="size-4" />}
            isBusy={bulk.isBeginning}
            onClick={() => setAsking("assign")}
          >
            {t("bulk.assign")}
          </Button>
          <TeamMenu onChoose={(teamId) => change({ action: "assign", teamId })} />
          <Choice label={t("bulk.status")}>
            {PLAIN.map((status) => (
              <Menu.Item
                key={status}
                className={MENU_ITEM}
                onClick={() => change({ action: "status", status })}
              >
                <StatusBadge status={status} />
              </Menu.Item>
            ))}
            <Menu.Item className={MENU_ITEM} onClick={() => setAsking("resolve")}>
              <StatusBadge status="resolved" />…
            </Menu.Item>
          </Choice>
          <Button size="small" onClick={() => setAsking("tags")}>
            {t("bulk.tags.label")}
          </Button>
          <Button size="small" icon={<CheckIcon className="size-4" />} onClick={() => setAsking("close")}>
            {t("bulk.close")}
          </Button>
        </div>
      )}
      {asking === "assign" && (
        <Suspense>
          <AssignTicketModal
            isOpen
            onOpenChange={close}
            current={SEVERAL}
            onAssign={(person) => change({ action: "assign", userId: person?.id ?? null })}
          />
        </Suspense>
      )}
      {(asking === "close" || asking === "resolve") && (
        <ResolutionDialog
          title={t(asking === "close" ? "bulk.closeTitle" : "bulk.resolveTitle")}
          label={t(asking === "close" ? "bulk.close" : "bulk.resolve")}
          onClose={close}
          onGiven={(resolution) =>
            change(
              asking === "close"
                ? { action: "close", resolution }
                : { action: "status", status: "resolved", resolution },
            )
          }
        />
      )}
      {asking === "tags" && (
        <TagsDialog onClose={close} onGiven={(tags) => change({ action: "tag", ...tags })} />
      )}
      {bulk.job && (
        <JobDialog job={bulk.job} isOpen={bulk.isShown} onCancel={bulk.cancel} onClose={bulk.hide} />
      )}
    </>
  );
}

/** How many are chosen, and the way to all that the filter has. */
function Count({ selection, filter, shown, hasMore }: Props) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["tickets", "counts", "bulk", filter],
    queryFn: ({ signal }) => countTickets([filter], signal, COUNTED),
    enabled: !selection.isEmpty && (hasMore || selection.isAll),
  });
  const counted = data?.items[0];
  const all = hasMore ? (counted?.count ?? null) : shown.length;
  const isMore = hasMore && counted?.isMore === true;
  const isEachShown = shown.length > 0 && shown.every((id) => selection.ids.has(id));
  return (
    <span className="flex min-h-7 flex-wrap items-center gap-x-2 text-sm font-medium text-accent-text">
      <span aria-live="polite">
        {!selection.isAll
          ? t("bulk.chosen", { count: selection.ids.size })
          : all === null
            ? t("bulk.chosenAll")
            : t(isMore ? "bulk.chosenAllOver" : "bulk.chosenAllOf", { count: all })}
      </span>
      {!selection.isAll && !isEachShown && shown.length > 1 && (
        <LinkButton onClick={() => selection.choose(shown)}>
          {t("bulk.chooseShown", { count: shown.length })}
        </LinkButton>
      )}
      {!selection.isAll && hasMore && (
        <LinkButton onClick={selection.chooseAll}>
          {all === null
            ? t("bulk.chooseAll")
            : t(isMore ? "bulk.chooseAllOver" : "bulk.chooseAllOf", { count: all })}
        </LinkButton>
      )}
    </span>
  );
}

function LinkButton({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="min-h-6 rounded px-0.5 underline underline-offset-2 hover:no-underline"
    >
      {children}
    </button>
  );
}

function TeamMenu({ onChoose }: { onChoose: (team: string | null) => void }) {
  const { t } = useTranslation();
  const { data: teams } = useQuery({ queryKey: ["teams"], queryFn: ({ signal }) => getTeams(signal) });
  const inUse = teams?.items.filter((team) => !team.retired) ?? [];
  if (inUse.length === 0) return null;
  return (
    <Choice label={t("bulk.team")}>
      {inUse.map((team) => (
        <Menu.Item key={team.id} className={MENU_ITEM} onClick={() => onChoose(team.id)}>
          {team.name}
        </Menu.Item>
      ))}
      <Menu.Item className={MENU_ITEM} onClick={() => onChoose(null)}>
        {t("bulk.noTeam")}
      </Menu.Item>
    </Choice>
  );
}

function Choice({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Menu.Root>
      <Menu.Trigger
        render={
          <Button size="small">
            {label}
            <ChevronIcon className="size-4 text-muted" />
          </Button>
        }
      />
      <MenuPopup>{children}</MenuPopup>
    </Menu.Root>
  );
}
