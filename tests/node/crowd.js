// Many sockets of one process that keep nothing of what they hear, told what to do by lines of JSON on standard input:
//   {"do": "open", "url": "http://...", "tokens": [...], "count": 100, "ticket": "..." or null}
//   {"do": "hear", "text": "..."}   answered when each open socket has heard the message
//   {"do": "close"}
// Each is answered by one line: {"result"} or {"error"}. Times are milliseconds since 1970.
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const AT_ONCE = 50;
let sockets = [];
// By text: when the first and the last socket heard it, how many have, how often it was told, and who asks.
const heard = new Map();

const now = () => performance.timeOrigin + performance.now();

function entry(text) {
  if (!heard.has(text)) heard.set(text, { first: 0, last: 0, count: 0, asked: null });
  return heard.get(text);
}

function note(message) {
  const at = now();
  const of = entry(message.message);
  of.first ||= at;
  of.last = at;
  of.count += 1;
  settle(of);
}

function settle(of) {
  if (of.asked && of.count >= sockets.length) {
    of.asked({ first: of.first, last: of.last, count: of.count });
    of.asked = null;
  }
}

async function one(url, token, ticket) {
  const socket = io(url, { auth: { token }, transports: ["websocket"], forceNew: true, reconnection: false });
  await new Promise((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  socket.on("new-message", note);
  if (ticket) {
    const answer = await socket.timeout(60_000).emitWithAck("join-ticket", { ticket });
    if (answer.problem) throw new Error(JSON.stringify(answer.problem));
  }
  return socket;
}

const verbs = {
  async open({ url, tokens, count, ticket }) {
    while (sockets.length < count) {
      const some = Math.min(AT_ONCE, count - sockets.length);
      const from = sockets.length;
      const opening = Array.from({ length: some }, (_, n) => one(url, tokens[(from + n) % tokens.length], ticket));
      sockets = sockets.concat(await Promise.all(opening));
    }
    return sockets.length;
  },
  hear: ({ text }) =>
    new Promise((resolve) => {
      const of = entry(text);
      of.asked = resolve;
      settle(of);
    }),
  async close() {
    const alive = sockets.filter((socket) => socket.connected).length;
    const often = [...heard.values()].map((of) => of.count);
    for (const socket of sockets) socket.disconnect();
    sockets = [];
    heard.clear();
    return { alive, often };
  },
};

createInterface({ input: process.stdin })
  .on("line", async (line) => {
    const { do: verb, ...command } = JSON.parse(line);
    let answer;
    try {
      answer = { result: await verbs[verb](command) };
    } catch (error) {
      answer = { error: error.message };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  })
  .on("close", () => process.exit(0));
