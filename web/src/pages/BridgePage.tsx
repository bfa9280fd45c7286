import { useQuery } from "@tanstack/react-query";
import { AdminPage } from "~/features/admin/AdminPage";
import { BridgeHealthPanel } from "~/features/admin/bridge/BridgeHealthPanel";
import { DeadLetters } from "~/features/admin/bridge/DeadLetters";
import { Failed, Skeleton } from "~/features/admin/states";
import { useTranslation } from "~/i18n/useTranslation";
import { getBridge } from "~/services/bridgeService";

const LOOK_AGAIN_MS = 5_000;

/** How the bridge to the homeserver is, by the moment. */
export function BridgePage() {
  const { t } = useTranslation();
  const health = useQuery({
    queryKey: ["bridge", "health"],
    queryFn: ({ signal }) => getBridge(signal),
    refetchInterval: LOOK_AGAIN_MS,
    staleTime: 0,
  });
  return (
    <AdminPage title={t("admin.bridge.title")} hint={t("admin.bridge.hint")}>
      {health.data ? (
        <BridgeHealthPanel health={health.data} />
      ) : health.error ? (
        <Failed error={health.error} onRetry={() => void health.refetch()} />
      ) : (
        <Skeleton lines={4} />
      )}
      <DeadLetters />
    </AdminPage>
  );
}
