import type { ReactNode } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import type { BridgeHealth, BridgeInbox, BridgeQueue, Heartbeat } from "~/services/bridgeService";
import { cx } from "~/ui/cx";
import { dateFormat } from "~/ui/formats";
import { CheckIcon, WarningIcon } from "~/ui/icons";
import { RelativeTime } from "~/ui/RelativeTime";

/** How the bridge is: the homeserver, both heartbeats, and what waits. */
export function BridgeHealthPanel({ health }: { health: BridgeHealth }) {
  const { t } = useTranslation();
  const { homeserver, sync, push, inbox, outbox, media } = health;
  const isStuck = outbox.failing + media.failing + health.deadLetters > 0;
  const state = !health.well ? "unwell" : isStuck ? "partly" : "well";
  return (
    <>
      <div
        role="status"
        className={cx(
          "flex items-center gap-3 rounded-2xl p-4",
          state === "well" ? "bg-good-soft text-good" : "bg-warn-soft text-warn",
        )}
      >
        {state === "well" ? <CheckIcon /> : <WarningIcon />}
        <div>
          <p className="font-semibold">{t(`admin.bridge.${state}`)}</p>
          <p className="text-sm">
            {state !== "well" && `${t("admin.bridge.unwellHint")} `}
            {health.checkedAt ? (
              <>
                {t("admin.bridge.checked")}: <RelativeTime at={health.checkedAt} />
              </>
            ) : (
              t("admin.bridge.neverChecked")
            )}
          </p>
        </div>
      </div>
      <h2 className="sr-only">{t("admin.bridge.now")}</h2>
      <div className="grid gap-3 md:grid-cols-3">
        <Card title={t("admin.bridge.homeserver")} hint={homeserver.name} isWell={homeserver.up}>
          <State isWell={homeserver.up}>{t(homeserver.up ? "admin.bridge.up" : "admin.bridge.down")}</State>
          <p className="text-sm text-muted">
            {[homeserver.software, homeserver.speaks].filter(Boolean).join(" · ")}
          </p>
        </Card>
        <Beat title={t("admin.bridge.sync")} hint={t("admin.bridge.syncHint")} beat={sync} />
        <Beat title={t("admin.bridge.push")} hint={t("admin.bridge.pushHint")} beat={push} />
      </div>
      <h2 className="mt-2 font-semibold">{t("admin.bridge.queues")}</h2>
      <div className="grid gap-3 md:grid-cols-3">
        <Inbox inbox={inbox} />
        <Queue title={t("admin.bridge.outbox")} hint={t("admin.bridge.outboxHint")} queue={outbox} />
        <Queue title={t("admin.bridge.media")} hint={t("admin.bridge.mediaHint")} queue={media} />
      </div>
    </>
  );
}

interface CardProps {
  title: string;
  hint: string;
  isWell: boolean;
  children: ReactNode;
}

function Card({ title, hint, isWell, children }: CardProps) {
  return (
    <section
      aria-label={title}
      className={cx(
        "flex min-w-0 flex-col gap-1 rounded-2xl border bg-surface p-4",
        isWell ? "border-line" : "border-warn",
      )}
    >
      <h3 className="text-sm font-medium">{title}</h3>
      <p className="mb-1 text-xs text-muted">{hint}</p>
      {children}
    </section>
  );
}

function State({ isWell, children }: { isWell: boolean; children: ReactNode }) {
  return (
    <p className={cx("flex items-center gap-1.5 font-semibold", isWell ? "text-good" : "text-warn")}>
      {isWell ? <CheckIcon className="size-4" /> : <WarningIcon className="size-4" />}
      {children}
    </p>
  );
}

function Beat({ title, hint, beat }: { title: string; hint: string; beat: Heartbeat }) {
  const { t, i18n } = useTranslation();
  const time =
    beat.roundTripMs !== null &&
    new Intl.NumberFormat(i18n.language, {
      style: "unit",
      unit: "millisecond",
      unitDisplay: "short",
    }).format(beat.roundTripMs);
  return (
    <Card title={title} hint={hint} isWell={beat.well}>
      <State isWell={beat.well}>{t(beat.well ? "admin.bridge.isWell" : "admin.bridge.isUnwell")}</State>
      <p className="text-sm text-muted">
        {beat.heardAt ? (
          <>
            {t("admin.bridge.heard")} <RelativeTime at={beat.heardAt} />
            {time && ` · ${t("admin.bridge.roundTrip", { time })}`}
          </>
        ) : (
          t("admin.bridge.neverHeard")
        )}
      </p>
    </Card>
  );
}

/** How many wait, and since when. */
function Waits({ count, oldestAt }: { count: number; oldestAt: string | null }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <p className="tabular text-2xl font-semibold">{new Intl.NumberFormat(i18n.language).format(count)}</p>
      <p className="text-sm text-muted">
        {oldestAt ? (
          <>
            {t("admin.bridge.oldest")} <RelativeTime at={oldestAt} />
          </>
        ) : (
          t("admin.bridge.nothingWaits")
        )}
      </p>
    </>
  );
}

function Inbox({ inbox }: { inbox: BridgeInbox }) {
  const { t } = useTranslation();
  return (
    <Card title={t("admin.bridge.inbox")} hint={t("admin.bridge.inboxHint")} isWell>
      <Waits count={inbox.events} oldestAt={inbox.oldestAt} />
    </Card>
  );
}

function Queue({ title, hint, queue }: { title: string; hint: string; queue: BridgeQueue }) {
  const { t } = useTranslation();
  return (
    <Card title={title} hint={hint} isWell={queue.failing === 0}>
      <Waits count={queue.jobs} oldestAt={queue.oldestAt} />
      {queue.jobs > 0 && (
        <p className="text-sm text-muted">
          {t("admin.bridge.lanes", { count: queue.lanes })}
          {queue.failing > 0 && (
            <span className="text-warn">, {t("admin.bridge.failing", { count: queue.failing })}</span>
          )}
        </p>
      )}
      {queue.failures.length > 0 && (
        <ul
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
          tabIndex={0}
          aria-label={t("admin.bridge.error")}
          className="mt-1 max-h-48 divide-y divide-line overflow-y-auto text-sm"
        >
          {queue.failures.map((failure) => (
            <li key={`${failure.kind} ${failure.since} ${failure.nextAttemptAt}`} className="py-1.5">
              <p>
                <code className="font-mono text-xs">{failure.kind}</code>: {failure.error}
              </p>
              <p className="text-xs text-muted">
                {t("admin.bridge.attempts", { count: failure.attempts })}, {t("admin.bridge.next")}{" "}
                <Soon at={failure.nextAttemptAt} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** A time of today, also one to come. */
function Soon({ at }: { at: string }) {
  const { i18n } = useTranslation();
  return (
    <time dateTime={at}>{dateFormat(i18n.language, { timeStyle: "medium" }).format(Date.parse(at))}</time>
  );
}
