/**
 * The tokens of the signed-in person. The access token is in memory alone; the refresh token is kept for the browser's
 * next visit, and shared by its tabs: whoever renews it tells the others. Inside another application it is that one's
 * token instead, which is kept nowhere.
 */
import { ProblemError, problemOf } from "~/api/problem";
import type { Me } from "~/api/schema";

const KEPT_AS = "roomdesk.refresh";
/** Renewed so long before it is over. */
const AHEAD_MS = 30_000;

interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
  user: Me;
}

/** Whose tokens were given last, until somebody has taken note. */
let fresh: Me | null = null;
let access: { token: string; until: number } | null = null;
let renewing: Promise<string | null> | null = null;
const listeners = new Set<() => void>();

/** Calls back when somebody signs in or out, here or in another tab. */
export function onSignedInOrOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}

export function keep(tokens: Tokens): void {
  store(tokens.refreshToken);
  use(tokens);
}

function use(tokens: Tokens): void {
  access = { token: tokens.accessToken, until: Date.now() + tokens.expiresIn * 1000 };
  fresh = tokens.user;
  tell();
}

/** Who is signed in, if tokens have just said so; once. */
export function takeFresh(): Me | null {
  const person = fresh;
  fresh = null;
  return person;
}

export function forget(): void {
  access = null;
  fresh = null;
  store(null);
  tell();
}

export function refreshToken(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return memory;
  }
}

/** The application around this page, and its token. */
interface Host {
  token: string | null;
  hasSignedIn: boolean;
  ask: () => void;
}

let host: Host | null = null;
let waiting: ((token: string | null) => void)[] = [];
/** For so long the application is waited for. */
const HOST_ANSWERS_MS = 15_000;

/** From now on the token is that of the application around this page, which is asked by `ask`; none kept here is used. */
export function beHosted(ask: () => void = () => undefined): void {
  if (host) host.ask = ask;
  else host = { token: null, hasSignedIn: false, ask };
}

/** Takes a token of the application around this page. */
export function keepHosted(token: string): void {
  if (!host) return;
  host.token = token;
  host.hasSignedIn = true;
  for (const resolve of waiting.splice(0)) resolve(token);
  tell();
}

/** Whether somebody is signed in, as far as this page knows. */
export function hasSession(): boolean {
  return host ? host.hasSignedIn : refreshToken() !== null;
}

function hostedToken({ token, hasSignedIn, ask }: Host): Promise<string | null> {
  if (token !== null || !hasSignedIn) return Promise.resolve(token);
  ask();
  return new Promise((resolve) => {
    waiting.push(resolve);
    setTimeout(() => {
      waiting = waiting.filter((other) => other !== resolve);
      resolve(null);
    }, HOST_ANSWERS_MS);
  });
}

/** Where the browser keeps nothing. */
let memory: string | null = null;

function store(token: string | null): void {
  memory = token;
  try {
    if (token === null) localStorage.removeItem(KEPT_AS);
    else localStorage.setItem(KEPT_AS, token);
  } catch {
    // It lasts as long as the page.
  }
}

addEventListener("storage", (event) => {
  if (event.key !== KEPT_AS) return;
  if (event.newValue === null) access = null;
  tell();
});

/** A token that is good for a while; null for nobody. Asks the desk for another one at most once at a time. */
export async function accessToken(): Promise<string | null> {
  if (host) return hostedToken(host);
  if (access && access.until - AHEAD_MS > Date.now()) return access.token;
  if (refreshToken() === null) return null;
  renewing ??= alone(renew).finally(() => {
    renewing = null;
  });
  return renewing;
}

/** The desk refuses a token that it does not know any more: the next one is asked for. */
export function refused(token: string): void {
  if (host?.token === token) host.token = null;
  if (access?.token === token) access = null;
}

/** A refresh token is good once, so that only one tab at a time may show it. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? navigator.locks.request("roomdesk.refresh", work) : work();
}

function askForAnother(token: string): Promise<Response> {
  return fetch("/api/auth/refresh", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ refreshToken: token }),
  });
}

/** The answer that `public/early.js` asked for before this page was there; once. */
function takeEarly(): Promise<Response | null> | undefined {
  const early = globalThis.roomdeskRenewal;
  globalThis.roomdeskRenewal = undefined;
  return early;
}

declare global {
  var roomdeskRenewal: Promise<Response | null> | undefined;
}

async function renew(): Promise<string | null> {
  const token = refreshToken();
  if (token === null) return null;
  const early = takeEarly();
  let response: Response | null;
  try {
    response = await (early ?? askForAnother(token));
  } catch {
    throw new ProblemError(0, "offline", "");
  }
  if (response === null) return null;
  if (response.ok) {
    const tokens = (await response.json()) as Tokens;
    // What came early was kept then; another tab may have shown it since, and keeps the next one.
    if (early) use(tokens);
    else keep(tokens);
    return access?.token ?? null;
  }
  if (response.status === 401 || response.status === 403) {
    forget();
    return null;
  }
  throw await problemOf(response);
}
