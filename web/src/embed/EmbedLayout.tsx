import { Outlet, useLocation } from "@tanstack/react-router";
import { use, useEffect, useRef } from "react";
import { ConnectionBar } from "~/app/ConnectionBar";
import { LiveUpdates, useUnread } from "~/app/LiveUpdates";
import { HostContext } from "./HostContext";

/** A conversation scrolls by itself: so high it is good to read, in pixels. */
const CONVERSATION_HEIGHT = 640;

/** The frame around every page inside another application: none, but that one is told how much is unread and how high it is. */
export function EmbedLayout() {
  const host = use(HostContext);
  const { pathname } = useLocation();
  const content = useRef<HTMLDivElement>(null);
  const { count, isMore, isKnown } = useUnread();
  const isConversation = pathname.startsWith("/tickets/");

  useEffect(() => {
    if (isKnown) host?.tell({ type: "roomdesk:unread", count, isMore });
  }, [host, count, isMore, isKnown]);

  useEffect(() => {
    const element = content.current;
    if (!host || !element) return;
    let told = 0;
    const measure = () => {
      const list = element.querySelector("main")?.firstElementChild;
      const height = isConversation ? CONVERSATION_HEIGHT : (list?.scrollHeight ?? 0);
      if (height > 0 && height !== told) host.tell({ type: "roomdesk:height", height });
      told = height;
    };
    const changed = new MutationObserver(() => requestAnimationFrame(measure));
    changed.observe(element, { childList: true, subtree: true });
    const sized = new ResizeObserver(measure);
    sized.observe(element);
    measure();
    return () => {
      changed.disconnect();
      sized.disconnect();
    };
  }, [host, isConversation]);

  return (
    <div ref={content} className="h-full">
      <ConnectionBar />
      <LiveUpdates />
      <Outlet />
    </div>
  );
}
