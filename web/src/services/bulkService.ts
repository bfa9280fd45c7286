/** Changes of many tickets at once: jobs that the desk does by itself. */
import { api, data } from "~/api/client";
import type { BulkJob, NewBulk } from "~/api/schema";

export type { BulkJob };
/** What is to be done to each of them. */
export type BulkChange = Omit<NewBulk, "ids" | "filter">;
/** Which tickets: by their ids, or all that a filter has. */
export type BulkTarget = { ids: string[] } | { filter: string };

/** Begins a job. The same `key` again is answered with the job that it began. */
export function beginBulk(target: BulkTarget, change: BulkChange, key: string): Promise<BulkJob> {
  return data(
    api.POST("/api/support/tickets/bulk", {
      params: { header: { "Idempotency-Key": key } },
      body: { ...change, ...target },
    }),
  );
}

/** How far a job is. */
export function getBulk(id: string, signal?: AbortSignal): Promise<BulkJob> {
  return data(api.GET("/api/jobs/{id}", { params: { path: { id } }, signal: signal ?? null }));
}

/** Stops a job; what it has done stays. */
export function cancelBulk(id: string): Promise<BulkJob> {
  return data(api.POST("/api/jobs/{id}/cancel", { params: { path: { id } } }));
}
