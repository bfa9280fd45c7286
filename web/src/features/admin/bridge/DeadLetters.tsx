import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LIST } from "~/features/admin/AdminPage";
import { Empty, Failed, Skeleton } from "~/features/admin/states";
import { useTranslation } from "~/i18n/useTranslation";
import {
  type DeadLetter,
  getDeadLetters,
  replayDeadLetter,
  replayDeadLetters,
} from "~/services/bridgeService";
import { Button } from "~/ui/Button";
import { RetryIcon } from "~/ui/icons";
import { MoreButton } from "~/ui/MoreButton";
import { RelativeTime } from "~/ui/RelativeTime";
import { tellDone, tellFailed } from "~/ui/Toast";

/** What came from rooms and could not be applied: why, and another try. */
export function DeadLetters() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const list = useInfiniteQuery({
    queryKey: ["bridge", "dead-letters"],
    queryFn: ({ pageParam, signal }) => getDeadLetters(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const letters = list.data?.pages.flatMap((page) => page.items) ?? [];
  const told = (count: number) => {
    tellDone(t("admin.bridge.replayed", { count }));
    return queries.invalidateQueries({ queryKey: ["bridge"] });
  };
  const one = useMutation({
    mutationFn: replayDeadLetter,
    onSuccess: ({ replayed }) => told(replayed),
    onError: (error) => {
      tellFailed(error);
      // Somebody else may have been quicker.
      void queries.invalidateQueries({ queryKey: ["bridge"] });
    },
  });
  const all = useMutation({
    mutationFn: replayDeadLetters,
    onSuccess: told,
    onError: (error) => tellFailed(error, () => all.mutate()),
  });
  return (
    <section aria-labelledby="dead-letters" className="mt-2 flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div>
          <h2 id="dead-letters" className="font-semibold">
            {t("admin.bridge.letters")}
          </h2>
          <p className="max-w-2xl text-sm text-muted">{t("admin.bridge.lettersHint")}</p>
        </div>
        {letters.length > 1 && (
          <Button icon={<RetryIcon />} isBusy={all.isPending} onClick={() => all.mutate()}>
            {t("admin.bridge.replayAll")}
          </Button>
        )}
      </div>
      {list.isPending ? (
        <Skeleton lines={2} />
      ) : list.isError && letters.length === 0 ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : letters.length === 0 ? (
        <div className={LIST}>
          <Empty title={t("admin.bridge.noLetters")} detail={t("admin.bridge.noLettersDetail")} />
        </div>
      ) : (
        <ul className={LIST}>
          {letters.map((letter) => (
            <Letter
              key={letter.position}
              letter={letter}
              isBusy={one.isPending && one.variables === letter.position}
              onReplay={() => one.mutate(letter.position)}
            />
          ))}
        </ul>
      )}
      <MoreButton list={list} />
    </section>
  );
}

interface Props {
  letter: DeadLetter;
  isBusy: boolean;
  onReplay: () => void;
}

function Letter({ letter, isBusy, onReplay }: Props) {
  const { t } = useTranslation();
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium">{letter.reason}</p>
        <p className="flex flex-wrap gap-x-2 text-xs text-muted">
          <code className="font-mono">{letter.type ?? t("admin.bridge.unknownType")}</code>
          {letter.sender && <span>{letter.sender}</span>}
          {letter.ticket ? (
            <Link
              to="/support/$ticketId"
              params={{ ticketId: letter.ticket.ticketId }}
              className="text-accent-text underline"
            >
              {letter.ticket.ticketId}
            </Link>
          ) : (
            <span title={letter.eventId}>{letter.roomId}</span>
          )}
          <RelativeTime at={letter.receivedAt} />
          <span>{t("admin.bridge.tries", { count: letter.tries })}</span>
        </p>
      </div>
      <Button
        size="small"
        icon={<RetryIcon className="size-4" />}
        isBusy={isBusy}
        aria-label={t("admin.bridge.replayOne", { event: letter.eventId })}
        onClick={onReplay}
      >
        {t("admin.bridge.replay")}
      </Button>
    </li>
  );
}
