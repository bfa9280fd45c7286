import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data } from "~/api/client";
import type { OpenSession, OpenSessionList } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { dateFormat } from "~/ui/formats";
import { RelativeTime } from "~/ui/RelativeTime";
import { tellDone, tellFailed } from "~/ui/Toast";
import { Waiting } from "~/ui/Waiting";
import { programOf } from "./program";
import { Section } from "./Section";

const KEY = ["sessions"] as const;

/** Where one is signed in, and signing out there. */
export function Sessions() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const {
    data: sessions,
    error,
    refetch,
  } = useQuery({
    queryKey: KEY,
    queryFn: () => data(api.GET("/api/auth/sessions")),
  });
  const end = useMutation({
    mutationFn: async (ids: string[]) => {
      for (const id of ids) await api.DELETE("/api/auth/sessions/{id}", { params: { path: { id } } });
    },
    onMutate: async (ids) => {
      await queries.cancelQueries({ queryKey: KEY });
      const known = queries.getQueryData<OpenSessionList>(KEY);
      queries.setQueryData<OpenSessionList>(
        KEY,
        (now) => now && { ...now, items: now.items.filter((other) => !ids.includes(other.id)) },
      );
      return known;
    },
    onSuccess: () => tellDone(t("account.sessions.ended")),
    onError: (problem, ids, known) => {
      queries.setQueryData(KEY, known);
      tellFailed(problem, () => end.mutate(ids));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  const others = sessions?.items.filter((session) => !session.current) ?? [];
  return (
    <Section title={t("profile.sessions")}>
      {error && !sessions ? (
        <p className="flex items-center gap-3 text-sm text-muted">
          {t("account.sessions.failed")}
          <Button size="small" onClick={() => refetch()}>
            {t("app.retry")}
          </Button>
        </p>
      ) : !sessions ? (
        <Waiting />
      ) : (
        <>
          <ul className="flex flex-col divide-y divide-line">
            {sessions.items
              .toSorted((one, other) => Number(other.current) - Number(one.current))
              .map((session) => (
                <SessionRow key={session.id} session={session} onEnd={() => end.mutate([session.id])} />
              ))}
          </ul>
          {others.length > 1 && (
            <Button
              size="small"
              kind="danger"
              className="mt-3"
              isBusy={end.isPending}
              onClick={() => end.mutate(others.map(({ id }) => id))}
            >
              {t("account.sessions.others")}
            </Button>
          )}
        </>
      )}
    </Section>
  );
}

function SessionRow({ session, onEnd }: { session: OpenSession; onEnd: () => void }) {
  const { t, i18n } = useTranslation();
  const { browser, system } = programOf(session.userAgent ?? "");
  const program =
    browser && system
      ? t("account.sessions.program", { browser, system })
      : (browser ?? system ?? session.userAgent ?? t("profile.unknownProgram"));
  const day = dateFormat(i18n.language, { dateStyle: "medium" }).format(Date.parse(session.createdAt));
  return (
    <li className="flex items-center gap-3 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium" title={session.userAgent ?? undefined}>
          {program}
        </p>
        <p className="text-xs text-muted">
          {session.current ? (
            <span className="font-medium text-good">{t("profile.thisSession")}</span>
          ) : (
            <>
              {t("account.sessions.lastUsed")} <RelativeTime at={session.lastUsedAt} />
            </>
          )}{" "}
          · {t("account.sessions.since", { day })}
        </p>
      </div>
      {!session.current && (
        <Button size="small" kind="danger" onClick={onEnd}>
          {t("account.sessions.end")}
        </Button>
      )}
    </li>
  );
}
