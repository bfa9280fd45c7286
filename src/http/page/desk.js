// A bare desk: sign in, my tickets, one conversation, live. Texts are set as text; only `html` of messages, which the desk
// has made harmless, is set as HTML.
import { Live, told } from "/page/live.js";

const $ = (id) => document.getElementById(id);
const KEY = "roomdesk.refreshToken";
const TYPING_MS = 3_000;
const state = { access: null, until: 0, me: null, live: null, ticket: null, messages: new Map(), older: null, next: null };

// ---- the desk over REST

async function ask(method, path, body, { form, blob } = {}) {
  const headers = { Authorization: `Bearer ${await accessToken()}` };
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { method, headers, body: form ?? (body && JSON.stringify(body)) });
  if (blob && answer.ok) return answer.blob();
  return read(answer);
}

async function read(answer) {
  const json = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw Object.assign(new Error(told(json ?? { detail: `The desk answered ${answer.status}.` })), { status: answer.status });
  return json;
}

let refreshing = null;

/** An access token that is good for a while; each refresh token is good once, so that one refresh serves all who wait. */
async function accessToken() {
  if (Date.now() < state.until - 30_000) return state.access;
  refreshing ??= renew().finally(() => { refreshing = null; });
  await refreshing;
  return state.access;
}

async function renew() {
  const refreshToken = sessionStorage.getItem(KEY);
  if (!refreshToken) throw new Error("Sign in first.");
  try {
    keep(await post("/api/auth/refresh", { refreshToken }));
  } catch (error) {
    if (error.status === 401) leave();
    throw error;
  }
}

async function post(path, body) {
  return read(await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
}

function keep(session) {
  Object.assign(state, { access: session.accessToken, until: Date.now() + session.expiresIn * 1000, me: session.user });
  sessionStorage.setItem(KEY, session.refreshToken);
}

// ---- signing in and out

$("sign-in").querySelector("form").onsubmit = (event) => submit(event, async (form) => {
  keep(await post("/api/auth/login", Object.fromEntries(new FormData(form))));
  form.reset();
  await enter();
});

$("sign-out").onclick = async () => {
  const refreshToken = sessionStorage.getItem(KEY);
  leave();
  if (refreshToken) await post("/api/auth/logout", { refreshToken }).catch(() => {});
};

function leave() {
  sessionStorage.removeItem(KEY);
  state.live?.close();
  Object.assign(state, { access: null, until: 0, me: null, live: null, ticket: null });
  $("desk").hidden = true;
  $("sign-in").hidden = false;
}

async function enter() {
  $("sign-in").hidden = true;
  $("desk").hidden = false;
  $("ticket").hidden = true;
  $("nothing").hidden = false;
  $("me").textContent = `${state.me.displayName} (${state.me.role})`;
  state.live = new Live({ token: accessToken, connected, away: () => { $("line").textContent = "Connecting…"; } });
  for (const event of ["new-message", "message-edited", "message-deleted", "message-status", "reaction"]) state.live.on(event, heard);
  state.live.on("message-read", readUpTo);
  state.live.on("user-typing", typing);
  state.live.on("ticket-updated", updated);
  state.live.on("reload", () => connected());
}

/** The line is up: what was missed meanwhile is read anew. */
async function connected() {
  $("line").textContent = "";
  try {
    await state.live.emit("subscribe-list", {});
    await tickets();
    if (state.ticket) await show(state.ticket.id);
  } catch (error) {
    $("line").textContent = error.message;
  }
}

setInterval(async () => {
  if (state.live && Date.now() > state.until - 60_000) {
    await accessToken().then((token) => state.live.emit("authenticate", { token })).catch(() => {});
  }
}, 20_000);

// ---- tickets

function listPath() {
  return state.me.role === "student" ? "/api/support/tickets" : "/api/support/tickets/all";
}

async function tickets(cursor) {
  const page = await ask("GET", `${listPath()}?limit=30${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
  if (!cursor) $("tickets").replaceChildren();
  $("tickets").append(...page.items.map(entry));
  state.next = page.nextCursor;
  $("more-tickets").hidden = !page.nextCursor;
  $("no-tickets").hidden = $("tickets").childElementCount > 0;
}

$("more-tickets").onclick = () => tickets(state.next);

function entry(ticket) {
  const item = element("li", "", "");
  item.dataset.id = ticket.id;
  const button = element("button", "", "");
  button.type = "button";
  button.setAttribute("aria-current", String(ticket.id === state.ticket?.id));
  if (ticket.unreadCount > 0) button.append(element("span", "unread", String(ticket.unreadCount)));
  button.append(element("span", "", ticket.title), document.createElement("br"));
  button.append(element("small", "", `${ticket.ticketId} · ${ticket.status} · ${ticket.createdBy.displayName}`));
  button.onclick = () => show(ticket.id).catch(problem);
  item.append(button);
  return item;
}

function updated(ticket) {
  const known = $("tickets").querySelector(`[data-id="${ticket.id}"]`);
  const unread = known?.querySelector(".unread")?.textContent;
  known?.remove();
  $("tickets").prepend(entry({ unreadCount: Number(unread ?? 0), ...ticket }));
  $("no-tickets").hidden = true;
  if (ticket.id === state.ticket?.id) facts({ ...state.ticket, ...ticket });
}

$("new-ticket").querySelector("form").onsubmit = (event) => submit(event, async (form) => {
  const fields = Object.fromEntries(new FormData(form));
  const ticket = await ask("POST", "/api/support/tickets", { ...fields, clientId: clientId(...Object.values(fields)) });
  sending = null;
  form.reset();
  $("new-ticket").open = false;
  await tickets();
  await show(ticket.id);
});

function facts(ticket) {
  state.ticket = ticket;
  $("title").textContent = ticket.title;
  const assigned = ticket.assignedTo ? ` · with ${ticket.assignedTo.displayName}` : "";
  $("facts").textContent = `${ticket.ticketId} · ${ticket.status} · ${ticket.priority}${assigned}`;
  $("description").textContent = ticket.description;
}

async function show(id) {
  if (state.ticket && state.ticket.id !== id) state.live.emit("leave-ticket", { ticket: state.ticket.id }).catch(() => {});
  // First the live line, then what is there: what comes in between is there twice and shown once.
  state.messages = new Map();
  state.ticket = { id };
  await state.live.emit("join-ticket", { ticket: id });
  const ticket = await ask("GET", `/api/support/tickets/${id}`);
  if (state.ticket.id !== id) return;
  facts(ticket);
  for (const message of ticket.messages.items) keepMessage(message);
  older(ticket.messages.prevCursor);
  for (const button of $("tickets").querySelectorAll("button")) {
    button.setAttribute("aria-current", String(button.parentElement.dataset.id === id));
  }
  $("ticket").hidden = false;
  $("nothing").hidden = true;
  $("typing").textContent = "";
  draw(true);
  await markRead();
}

// ---- the conversation

function keepMessage(message) {
  const known = state.messages.get(message.id);
  if (!known || (message.change ?? 0) >= (known.change ?? 0)) state.messages.set(message.id, message);
}

function heard(message) {
  if (message.ticket !== state.ticket?.id) return;
  const atEnd = isAtEnd();
  keepMessage(message);
  draw(atEnd);
  if (atEnd && !document.hidden) markRead();
}

function isAtEnd() {
  const list = $("messages");
  return list.scrollHeight - list.scrollTop - list.clientHeight < 60;
}

function draw(toEnd) {
  const inOrder = [...state.messages.values()].sort((a, b) => a.place - b.place);
  $("messages").replaceChildren(...inOrder.map(line));
  if (toEnd) $("messages").scrollTop = $("messages").scrollHeight;
}

function line(message) {
  const isMine = message.sender.id === state.me.id;
  if (message.messageType === "system") return element("li", "system", message.message);
  const item = element("li", isMine ? "mine" : "", "");
  const head = element("div", "", "");
  if (message.sender.avatarUrl) head.append(Object.assign(element("img", "face", ""), { src: message.sender.avatarUrl, alt: "" }));
  head.append(element("strong", "", message.sender.displayName), " ", time(message.createdAt));
  if (message.isEdited && !message.isDeleted) head.append(element("small", "", " · edited"));
  item.append(head, body(message));
  if (message.attachment) item.append(attachment(message.attachment));
  if (message.reactions.length > 0) {
    item.append(element("div", "", message.reactions.map(({ reaction, users }) => `${reaction} ${users.length}`).join("  ")));
  }
  if (isMine) item.append(progress(message));
  return item;
}

function body(message) {
  if (message.isDeleted) return element("em", "", `Removed by ${message.deletedBy?.displayName ?? "its author"}.`);
  if (!message.html) return element("div", "plain", message.message);
  const formatted = element("div", "", "");
  formatted.innerHTML = message.html;
  for (const link of formatted.querySelectorAll("a")) link.target = "_blank";
  return formatted;
}

function attachment(file) {
  const button = element("button", "", `${file.originalName} (${Math.ceil(file.size / 1024)} KiB)`);
  button.type = "button";
  button.onclick = async () => {
    try {
      const url = URL.createObjectURL(await ask("GET", file.url, null, { blob: true }));
      const link = Object.assign(document.createElement("a"), { href: url, download: file.originalName });
      link.click();
      URL.revokeObjectURL(url);
    } catch (error) {
      problem(error);
    }
  };
  return button;
}

function progress(message) {
  if (message.status === "failed") {
    const failed = element("small", "failed", `Not sent: ${message.failure?.reason ?? ""} `);
    const again = element("button", "", "Send again");
    again.type = "button";
    again.onclick = () => ask("POST", `/api/chat/messages/${message.id}/retry`).catch(problem);
    failed.append(again);
    return failed;
  }
  return element("small", "", message.status === "queued" ? "sending" : message.isRead ? "read" : "sent");
}

function readUpTo({ ticket, user, place }) {
  if (ticket !== state.ticket?.id) return;
  const atEnd = isAtEnd();
  for (const message of state.messages.values()) {
    if (message.place <= place && user.id !== message.sender.id) message.isRead = true;
  }
  draw(atEnd);
}

async function markRead() {
  const last = [...state.messages.values()].filter((message) => message.sender.id !== state.me.id)
    .sort((a, b) => a.place - b.place).at(-1);
  if (!last) return;
  $("tickets").querySelector(`[data-id="${state.ticket.id}"] .unread`)?.remove();
  await state.live.emit("mark-read", { message: last.id }).catch(() => {});
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && state.ticket && isAtEnd()) markRead();
});

function typing({ ticket, users }) {
  if (ticket !== state.ticket?.id) return;
  const names = users.filter((user) => user.id !== state.me.id).map((user) => user.displayName);
  $("typing").textContent = names.length === 0 ? "" : `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} typing…`;
}

function older(cursor) {
  state.older = cursor;
  $("older").hidden = !cursor;
}

$("older").onclick = async () => {
  const page = await ask("GET", `/api/chat/messages/${state.ticket.id}?before=${encodeURIComponent(state.older)}`).catch(problem);
  if (!page) return;
  for (const message of page.items) keepMessage(message);
  older(page.prevCursor);
  draw(false);
};

// ---- writing

let typingSince = 0;

$("write").message.oninput = () => {
  if (Date.now() - typingSince < TYPING_MS) return;
  typingSince = Date.now();
  state.live.emit("typing-start", { ticket: state.ticket.id }).catch(() => {});
};

$("write").message.onblur = () => {
  if (typingSince === 0) return;
  typingSince = 0;
  state.live.emit("typing-stop", { ticket: state.ticket.id }).catch(() => {});
};

$("write").message.onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("write").requestSubmit();
  }
};

$("write").onsubmit = (event) => submit(event, async (form) => {
  const [message, files, ticket] = [form.message.value, [...form.files.files], state.ticket.id];
  if (files.length > 0) {
    const parts = new FormData();
    parts.append("clientId", clientId(ticket, message, ...files.flatMap(({ name, size }) => [name, size])));
    if (message.trim()) parts.append("message", message);
    for (const file of files) parts.append("files", file);
    const answer = await ask("POST", `/api/support/tickets/${ticket}/upload`, null, { form: parts });
    form.reset();
    answer.messages.forEach(heard);
    const refused = answer.files.filter((file) => file.detail);
    if (refused.length > 0) throw new Error(refused.map((file) => `${file.name}: ${file.detail}`).join("; "));
  } else if (message.trim()) {
    heard(await ask("POST", "/api/chat/messages", { ticket, message, clientId: clientId(ticket, message) }));
    form.reset();
  }
  sending = null;
  typingSince = 0;
});

let sending = null;

/** An id for what is being sent; the same when it is sent again, because nobody knows whether the first was heard. */
function clientId(...content) {
  const key = JSON.stringify(content);
  if (sending?.key !== key) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    sending = { key, id: Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("") };
  }
  return sending.id;
}

// ---- small things

async function submit(event, act) {
  event.preventDefault();
  const form = event.currentTarget;
  const [button, shown] = [form.querySelector("button"), form.querySelector(".problem")];
  shown.hidden = true;
  button.disabled = true;
  try {
    await act(form);
  } catch (error) {
    shown.textContent = error.message;
    shown.hidden = false;
  } finally {
    button.disabled = false;
  }
}

function problem(error) {
  $("line").textContent = error.message;
}

function element(name, className, text) {
  return Object.assign(document.createElement(name), className ? { className, textContent: text } : { textContent: text });
}

function time(at) {
  const shown = element("time", "", new Date(at).toLocaleString(undefined, { dateStyle: "short", timeStyle: "short" }));
  shown.dateTime = at;
  return shown;
}

if (sessionStorage.getItem(KEY)) renew().then(enter).catch(leave);
else $("sign-in").hidden = false;
