import { useCallback, useEffect, useRef } from "react";
import { startTyping, stopTyping } from "~/services/socketService";

/** Typing is told again so often; the desk forgets it after 10 s. */
const TOLD_MS = 4_000;
/** After so long without a key nobody is typing. */
const REST_MS = 3_000;

/** Tells the others that somebody types, not more often than needed, and that it ended. */
export function useTyping(ticket: string): { tellTyping: () => void; endTyping: () => void } {
  const told = useRef(0);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const endTyping = useCallback(() => {
    clearTimeout(rest.current);
    if (told.current > 0) stopTyping(ticket);
    told.current = 0;
  }, [ticket]);
  const tellTyping = useCallback(() => {
    if (Date.now() - told.current > TOLD_MS) {
      told.current = Date.now();
      startTyping(ticket);
    }
    clearTimeout(rest.current);
    rest.current = setTimeout(endTyping, REST_MS);
  }, [ticket, endTyping]);
  useEffect(() => endTyping, [endTyping]);
  return { tellTyping, endTyping };
}
