import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { freshId } from "~/services/browser";
import {
  type BulkChange,
  type BulkJob,
  type BulkTarget,
  beginBulk,
  cancelBulk,
  getBulk,
} from "~/services/bulkService";
import { tellDone, tellFailed } from "~/ui/Toast";

const LOOK_AGAIN_MS = 400;

export interface Bulk {
  /** The job that is done, or was done last. */
  job: BulkJob | undefined;
  isBeginning: boolean;
  isShown: boolean;
  begin: (target: BulkTarget, change: BulkChange) => void;
  cancel: () => void;
  /** Puts the job out of sight; it goes on. */
  hide: () => void;
}

/** Does something to many tickets, follows how far it is, and tells what came of it. */
export function useBulk(onBegun: () => void): Bulk {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [id, setId] = useState<string | null>(null);
  const [isShown, setShown] = useState(false);
  const told = useRef<string | null>(null);
  const { data: job } = useQuery({
    queryKey: ["bulk", id],
    queryFn: ({ signal }) => getBulk(id ?? "", signal),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data && state.data.state !== "running" ? false : LOOK_AGAIN_MS),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const keep = (began: BulkJob) => queries.setQueryData(["bulk", began.id], began);
  const start = useMutation({
    mutationFn: ({ target, change, key }: { target: BulkTarget; change: BulkChange; key: string }) =>
      beginBulk(target, change, key),
    onSuccess: (began) => {
      keep(began);
      setId(began.id);
      setShown(true);
      onBegun();
    },
    onError: (error, what) => tellFailed(error, () => start.mutate(what)),
  });
  const stop = useMutation({
    mutationFn: cancelBulk,
    onSuccess: keep,
    onError: (error) => tellFailed(error),
  });

  useEffect(() => {
    if (!job || job.state === "running" || told.current === job.id) return;
    told.current = job.id;
    const changed = job.done - job.failed;
    void queries.invalidateQueries({ queryKey: ["tickets"] });
    void queries.invalidateQueries({ queryKey: ["ticket"] });
    void queries.invalidateQueries({ queryKey: ["stats"] });
    if (job.state === "done" && job.failed === 0) {
      setShown(false);
      tellDone(t("bulk.done", { count: changed }));
    } else if (!isShown) {
      tellDone(t("bulk.ended", { changed, failed: job.failed }), {
        label: t("bulk.show"),
        onClick: () => setShown(true),
      });
    }
  }, [job, isShown, queries, t]);

  return {
    job: id === null ? undefined : job,
    isBeginning: start.isPending,
    isShown: isShown && job !== undefined,
    begin: (target, change) => start.mutate({ target, change, key: freshId() }),
    cancel: () => job && stop.mutate(job.id),
    hide: () => setShown(false),
  };
}
