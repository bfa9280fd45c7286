import { useEffect, useState, useSyncExternalStore } from "react";
import { type Connection, connectionNow, onConnection } from "~/services/socketService";

/** A cut that is over sooner is not worth a word. */
const TOLD_AFTER_MS = 1_500;

/** How the live connection is; a trouble only once it has lasted a moment. */
export function useConnection(): Connection {
  const now = useSyncExternalStore(onConnection, connectionNow);
  const isUp = now === "connected";
  const [isLasting, setLasting] = useState(false);
  useEffect(() => {
    if (isUp) return setLasting(false);
    const timer = setTimeout(() => setLasting(true), TOLD_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isUp]);
  return isUp || isLasting ? now : "connected";
}
