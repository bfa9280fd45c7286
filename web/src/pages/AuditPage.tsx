import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { AdminPage, LIST } from "~/features/admin/AdminPage";
import { AuditRow } from "~/features/admin/audit/AuditRow";
import { ACTIONS, type AuditSearch } from "~/features/admin/audit/auditSearch";
import { Thing } from "~/features/admin/audit/details";
import { Empty, Failed, Skeleton } from "~/features/admin/states";
import { useTranslation } from "~/i18n/useTranslation";
import { getAudit } from "~/services/peopleService";
import { Button } from "~/ui/Button";
import { INPUT } from "~/ui/Field";
import { CloseIcon } from "~/ui/icons";
import { MoreButton } from "~/ui/MoreButton";

const route = getRouteApi("/inside/admin/audit");

/** What was done by whom: lines that nobody changes and nobody deletes. */
export function AuditPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/admin/audit" });
  const change = (next: AuditSearch) => void navigate({ search: next, replace: true });
  const { action, actor, subject } = search;
  const list = useInfiniteQuery({
    queryKey: ["audit", search],
    queryFn: ({ pageParam, signal }) =>
      getAudit({ ...search, ...(pageParam && { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: (before) => before,
  });
  const lines = list.data?.pages.flatMap((page) => page.items) ?? [];
  const without = (field: keyof AuditSearch) => {
    const { [field]: _, ...rest } = search;
    change(rest);
  };
  return (
    <AdminPage title={t("admin.nav.audit")} hint={t("admin.audit.hint")}>
      <div className="flex flex-wrap items-center gap-2">
        <select
          aria-label={t("admin.audit.action")}
          value={action ?? ""}
          onChange={(event) => {
            const { action: _, ...rest } = search;
            const chosen = ACTIONS.find((known) => known === event.target.value);
            change(chosen ? { ...rest, action: chosen } : rest);
          }}
          className={`${INPUT} h-9 !w-auto max-w-full pr-8 text-sm`}
        >
          <option value="">{t("admin.audit.everyAction")}</option>
          {ACTIONS.map((known) => (
            <option key={known} value={known}>
              {t(`admin.audit.actions.${known}`)}
            </option>
          ))}
        </select>
        {actor && (
          <Chip onRemove={() => without("actor")} label={t("admin.audit.actor")}>
            <Thing id={actor} />
          </Chip>
        )}
        {subject && (
          <Chip onRemove={() => without("subject")} label={t("admin.audit.subject")}>
            <Thing id={subject} />
          </Chip>
        )}
        {(action || actor || subject) && (
          <Button kind="quiet" size="small" onClick={() => change({})}>
            {t("tickets.filters.clear")}
          </Button>
        )}
      </div>
      {list.isPending ? (
        <Skeleton />
      ) : list.isError && lines.length === 0 ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : lines.length === 0 ? (
        action || actor || subject ? (
          <Empty title={t("tickets.noMatch.title")} detail={t("tickets.noMatch.detail")}>
            <Button onClick={() => change({})}>{t("tickets.noMatch.action")}</Button>
          </Empty>
        ) : (
          <Empty title={t("admin.audit.none")} />
        )
      ) : (
        <ul className={LIST}>
          {lines.map((line) => (
            <AuditRow key={line.id} line={line} />
          ))}
        </ul>
      )}
      <MoreButton list={list} />
    </AdminPage>
  );
}

function Chip({ label, onRemove, children }: { label: string; onRemove: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <span className="inline-flex min-h-7 max-w-full items-center gap-1 rounded-full bg-accent-soft py-0.5 pr-1 pl-3 text-sm text-accent-text">
      {label}: {children}
      <button
        type="button"
        aria-label={t("tickets.filters.remove", { name: label })}
        onClick={onRemove}
        className="grid size-6 shrink-0 place-items-center rounded-full hover:bg-hover"
      >
        <CloseIcon className="size-3.5" />
      </button>
    </span>
  );
}
