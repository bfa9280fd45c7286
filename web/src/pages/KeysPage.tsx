import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { AdminPage, LIST } from "~/features/admin/AdminPage";
import { ConfirmDialog } from "~/features/admin/ConfirmDialog";
import { KeyDialog } from "~/features/admin/keys/KeyDialog";
import { Empty, Failed, Skeleton } from "~/features/admin/states";
import { useTranslation } from "~/i18n/useTranslation";
import { type ApiKey, getKeys, revokeKey } from "~/services/peopleService";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { dateFormat } from "~/ui/formats";
import { PlusIcon } from "~/ui/icons";
import { RelativeTime, useNow } from "~/ui/RelativeTime";
import { tellDone } from "~/ui/Toast";

/** The keys with which programs act at the desk. */
export function KeysPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const list = useQuery({ queryKey: ["keys"], queryFn: ({ signal }) => getKeys(signal) });
  const add = (
    <Button kind="primary" icon={<PlusIcon />} onClick={() => setAdding(true)}>
      {t("admin.keys.add")}
    </Button>
  );
  return (
    <AdminPage title={t("admin.nav.keys")} hint={t("admin.keys.hint")} actions={add}>
      {list.isPending ? (
        <Skeleton lines={3} />
      ) : list.isError && !list.data ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : list.data?.items.length === 0 ? (
        <Empty title={t("admin.keys.none")} detail={t("admin.keys.noneDetail")}>
          {add}
        </Empty>
      ) : (
        <ul className={LIST}>
          {list.data?.items.map((key) => (
            <KeyRow key={key.id} apiKey={key} onRevoke={() => setRevoking(key)} />
          ))}
        </ul>
      )}
      {isAdding && <KeyDialog onClose={() => setAdding(false)} />}
      {revoking && (
        <ConfirmDialog
          title={t("admin.keys.revokeTitle", { name: revoking.name })}
          detail={t("admin.keys.revokeDetail")}
          label={t("admin.keys.revoke")}
          onClose={() => setRevoking(null)}
          onConfirmed={() =>
            revokeKey(revoking.id).then(() => {
              tellDone(t("admin.keys.revoked", { name: revoking.name }));
              return queries.invalidateQueries({ queryKey: ["keys"] });
            })
          }
        />
      )}
    </AdminPage>
  );
}

function KeyRow({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const { t } = useTranslation();
  const isOver = Date.parse(apiKey.expiresAt) <= useNow();
  const isDead = isOver || apiKey.revokedAt !== null;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-3">
      <div className="min-w-0 flex-1 basis-56">
        <p className={cx("truncate font-medium", isDead && "text-muted")} title={apiKey.name}>
          {apiKey.name}
        </p>
        <p className="text-sm text-muted">
          <code className="font-mono">{apiKey.prefix}…</code> ·{" "}
          {t("admin.keys.actsAs", { name: apiKey.user.displayName })} ·{" "}
          {apiKey.scopes.map((scope) => t(`admin.keys.scope.${scope}`)).join(", ")}
        </p>
      </div>
      <p className="text-xs text-muted">
        {apiKey.lastUsedAt ? (
          <>
            {t("admin.keys.lastUsed")} <RelativeTime at={apiKey.lastUsedAt} />
          </>
        ) : (
          t("admin.keys.neverUsed")
        )}
        <br />
        {apiKey.revokedAt ? (
          <span className="text-danger">
            {t("admin.keys.revokedAt")} <RelativeTime at={apiKey.revokedAt} />
          </span>
        ) : (
          <span className={cx(isOver && "text-danger")}>
            {t(isOver ? "admin.keys.over" : "admin.keys.until")} <Until at={apiKey.expiresAt} />
          </span>
        )}
      </p>
      {!isDead && (
        <Button
          size="small"
          kind="danger"
          aria-label={t("admin.keys.revokeOne", { name: apiKey.name })}
          onClick={onRevoke}
        >
          {t("admin.keys.revoke")}
        </Button>
      )}
    </li>
  );
}

/** A day to come, by its date. */
function Until({ at }: { at: string }) {
  const { i18n } = useTranslation();
  return (
    <time dateTime={at}>{dateFormat(i18n.language, { dateStyle: "medium" }).format(Date.parse(at))}</time>
  );
}
