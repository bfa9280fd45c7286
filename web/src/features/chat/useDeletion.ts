import { useCallback, useEffect, useRef, useState } from "react";
import type { Message } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { tellDone, tellFailed } from "~/ui/Toast";

/** As long as the word about it is shown. */
const UNDO_MS = 5_000;

/** Deletes messages so that it can be taken back for a moment: until then they only look deleted. */
export function useDeletion(remove: (message: Message) => Promise<void>) {
  const { t } = useTranslation();
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const waiting = useRef(new Map<string, { message: Message; timer: ReturnType<typeof setTimeout> }>());

  const without = useCallback((id: string) => {
    waiting.current.delete(id);
    setGone((now) => new Set([...now].filter((other) => other !== id)));
  }, []);

  const doIt = useCallback(
    async (message: Message) => {
      waiting.current.delete(message.id);
      try {
        await remove(message);
      } catch (error) {
        tellFailed(error, () => void doIt(message));
      } finally {
        without(message.id);
      }
    },
    [remove, without],
  );

  const ask = useCallback(
    (message: Message) => {
      const timer = setTimeout(() => void doIt(message), UNDO_MS);
      waiting.current.set(message.id, { message, timer });
      setGone((now) => new Set([...now, message.id]));
      tellDone(t("talk.willDelete"), {
        label: t("app.undo"),
        onClick: () => {
          clearTimeout(timer);
          without(message.id);
        },
      });
    },
    [doIt, t, without],
  );

  // Whoever leaves meant it.
  useEffect(() => {
    const flush = () => {
      for (const { message, timer } of waiting.current.values()) {
        clearTimeout(timer);
        void doIt(message);
      }
    };
    addEventListener("pagehide", flush);
    return () => {
      removeEventListener("pagehide", flush);
      flush();
    };
  }, [doIt]);

  return { gone, ask };
}
