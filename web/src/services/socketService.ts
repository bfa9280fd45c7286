/** The live connection: the plan's `socketService`. One for the whole page; whoever needs a ticket joins it. */
import { io, type Socket } from "socket.io-client";
import { ProblemError } from "~/api/problem";
import type { Message, Note, PersonRef, Ticket } from "~/api/schema";
import { accessToken, hasSession, onSignedInOrOut, refused } from "~/session/tokens";

/** What every change that is kept carries. */
interface Changed {
  change: number;
  ticket: string;
}

export interface MessageRead extends Changed {
  user: PersonRef;
  place: number;
  readAt: string;
}

export interface UserTyping {
  ticket: string;
  users: PersonRef[];
}

export interface Presence {
  ticket: string;
  staff: (PersonRef & { state: "viewing" | "typing" })[];
}

/** What the desk tells (docs/realtime.md). */
interface Told {
  "new-message": (message: Message & Changed) => void;
  "message-edited": (message: Message & Changed) => void;
  "message-deleted": (message: Message & Changed) => void;
  "message-status": (message: Message & Changed) => void;
  reaction: (message: Message & Changed) => void;
  "message-read": (read: MessageRead) => void;
  "new-note": (note: Note & Changed) => void;
  "note-edited": (note: Note & Changed) => void;
  "note-deleted": (note: Note & Changed) => void;
  "note-status": (note: Note & Changed) => void;
  "ticket-updated": (ticket: Ticket & Changed) => void;
  "user-joined": (person: PersonRef & Changed) => void;
  "user-left": (person: PersonRef & Changed) => void;
  "user-typing": (typing: UserTyping) => void;
  "presence-in-ticket": (presence: Presence) => void;
  "list-changed": (told: ListChanged) => void;
  reload: (what: { change: number }) => void;
}

/** What came into a list that is watched, changed in it, or left it. */
export interface ListChanged extends Changed {
  watch: number;
  item: Ticket | null;
  gone: boolean;
}

interface Problem {
  title: string;
  detail: string;
  status: number;
  requestId?: string;
}

type Acknowledgement<T> = { result: T } | { problem: Problem };

export interface Joined {
  ticket: string;
  change: number;
  replayed: number;
  reload: boolean;
}

export type Connection = "connecting" | "connected" | "reconnecting" | "offline";

const ANSWER_WITHIN_MS = 10_000;
/** A refused connection is tried again after so long, doubled each time. */
const REFUSED_MS = 1_000;
const REFUSED_MOST_MS = 30_000;

let refusals = 0;
let shown: string | null = null;
let socket: Socket | null = null;
let connection: Connection = "connecting";
const listeners = new Set<() => void>();

function become(next: Connection): void {
  if (connection === next) return;
  connection = next;
  for (const listener of listeners) listener();
}

export function onConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function connectionNow(): Connection {
  return connection;
}

/** Connects whoever is signed in; again and again, until {@link disconnect}. */
export function connect(): Socket {
  if (socket) return socket;
  socket = io({
    transports: ["websocket"],
    reconnectionDelay: 1_000,
    reconnectionDelayMax: 30_000,
    randomizationFactor: 0.5,
    auth: (send) => {
      accessToken()
        .then((token) => {
          shown = token;
          send({ token });
        })
        .catch(() => send({}));
    },
  });
  socket.on("connect", () => {
    refusals = 0;
    become("connected");
  });
  socket.on("disconnect", (reason) => {
    become(navigator.onLine ? "reconnecting" : "offline");
    // The desk ended it: the token is over, or it was restarted. A fresh token is asked for.
    if (reason === "io server disconnect" && hasSession()) socket?.connect();
  });
  socket.on("connect_error", () => {
    become(navigator.onLine ? "reconnecting" : "offline");
    // Whom the desk refuses is not tried again by itself: with another token it may be better.
    if (socket?.active || !hasSession()) return;
    if (shown !== null) refused(shown);
    const wait = Math.min(REFUSED_MS * 2 ** refusals++, REFUSED_MOST_MS);
    setTimeout(() => connection !== "connected" && hasSession() && socket?.connect(), wait);
  });
  return socket;
}

export function disconnect(): void {
  socket?.disconnect();
  socket = null;
  become("connecting");
}

/** Tries at once instead of waiting. */
export function connectNow(): void {
  socket?.disconnect().connect();
}

addEventListener("online", () => connection !== "connected" && connectNow());
addEventListener("offline", () => connection !== "connected" && become("offline"));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && connection !== "connected" && socket) connectNow();
});
onSignedInOrOut(() => {
  if (!hasSession()) disconnect();
});

/** Asks the desk; a refusal is thrown. */
async function asks<T>(event: string, data: unknown): Promise<T> {
  let answer: Acknowledgement<T>;
  try {
    answer = await connect().timeout(ANSWER_WITHIN_MS).emitWithAck(event, data);
  } catch {
    throw new ProblemError(0, "offline", "");
  }
  if ("result" in answer) return answer.result;
  const { status, title, detail, requestId } = answer.problem;
  throw new ProblemError(status, title, detail, [], requestId ?? null);
}

/** What was missed since the change `after` is told before this is answered. */
export function joinTicket(ticket: string, after?: number): Promise<Joined> {
  return asks("join-ticket", after === undefined ? { ticket } : { ticket, after });
}

export function leaveTicket(ticket: string): void {
  void asks("leave-ticket", { ticket }).catch(() => undefined);
}

export function startTyping(ticket: string): void {
  if (connection === "connected") void asks("typing-start", { ticket }).catch(() => undefined);
}

export function stopTyping(ticket: string): void {
  if (connection === "connected") void asks("typing-stop", { ticket }).catch(() => undefined);
}

/** Says something; the same `clientId` again is harmless, over REST as well. */
export function sendMessage(
  ticket: string,
  message: string,
  rest: { clientId: string; replyTo?: string; mentions?: string[] },
): Promise<Message> {
  // Nothing is left waiting for a connection: whoever asks has another way.
  if (connection !== "connected") return Promise.reject(new ProblemError(0, "offline", ""));
  return asks("send-message", { ticket, message, ...rest });
}

export function markRead(message: string): Promise<Message> {
  return asks("mark-read", { message });
}

/** From the answer on, `list-changed` tells what happens to this list; `q` is the text of a search box without words. */
export function watchList(
  q: string,
  scope: "mine" | "all" = "all",
): Promise<{ watch: number; change: number }> {
  return asks("watch-list", { q, scope });
}

export function unwatchList(watch: number): void {
  if (connection === "connected") void asks("unwatch-list", { watch }).catch(() => undefined);
}

/** Calls back for every event of this kind, until the answer is called. */
export function on<Event extends keyof Told>(event: Event, listener: Told[Event]): () => void {
  const live = connect();
  live.on(event as string, listener as (...data: unknown[]) => void);
  return () => live.off(event as string, listener as (...data: unknown[]) => void);
}

/** After every (re)connection. */
export function onConnected(listener: () => void): () => void {
  const live = connect();
  live.on("connect", listener);
  if (live.connected) listener();
  return () => live.off("connect", listener);
}

export const onNewMessage = (listener: Told["new-message"]) => on("new-message", listener);
export const onMessageRead = (listener: Told["message-read"]) => on("message-read", listener);
export const onUserTyping = (listener: Told["user-typing"]) => on("user-typing", listener);
export const onTicketUpdated = (listener: Told["ticket-updated"]) => on("ticket-updated", listener);
export const onUserJoined = (listener: Told["user-joined"]) => on("user-joined", listener);
export const onUserLeft = (listener: Told["user-left"]) => on("user-left", listener);
