/** The way between the desk and its homeserver: for admins. */
import { api, data } from "~/api/client";
import type { BridgeHealth, BridgeInbox, BridgeQueue, DeadLetter, Heartbeat } from "~/api/schema";

export type { BridgeHealth, BridgeInbox, BridgeQueue, DeadLetter, Heartbeat };

/** How the bridge is, as the desk last saw it. */
export function getBridge(signal?: AbortSignal) {
  return data(api.GET("/api/bridge", { signal: signal ?? null }));
}

/** Events that could not be applied and were laid aside, the oldest first. */
export function getDeadLetters(cursor: string | null, signal?: AbortSignal) {
  const query = cursor === null ? {} : { cursor };
  return data(api.GET("/api/bridge/dead-letters", { params: { query }, signal: signal ?? null }));
}

/** Puts one back to be applied. */
export function replayDeadLetter(position: number) {
  return data(api.POST("/api/bridge/dead-letters/{position}/replay", { params: { path: { position } } }));
}

/** Puts all back, as many at a time as the desk takes; says how many they were. */
export async function replayDeadLetters(): Promise<number> {
  for (let sum = 0; ; ) {
    const { replayed, left } = await data(api.POST("/api/bridge/dead-letters/replay"));
    sum += replayed;
    if (left === 0 || replayed === 0) return sum;
  }
}
