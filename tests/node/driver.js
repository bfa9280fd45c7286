// Sockets of a browser, and pages in one (pages.js), told what to do by lines of JSON on standard input:
//   {"id": 1, "socket": "a", "do": "connect", "url": "http://...", "auth": {...}}   answered when connected or refused
//   ... with "first": ["join-ticket", {...}]   emitted as soon as it is connected; answered with its acknowledgement
//   {"id": 2, "socket": "a", "do": "emit", "event": "join-ticket", "data": {...}}   answered with the acknowledgement
//   {"id": 3, "socket": "a", "do": "cut" | "reconnect" | "pause" | "close"}
// Each line on standard output is an answer {"id", "result"} or {"id", "error"}, or news {"name", "event", "data"}.
import { createInterface } from "node:readline";
import { io } from "socket.io-client";
import { close as closePages, verbs as pageVerbs } from "./pages.js";

const sockets = new Map();

function tell(line) {
  process.stdout.write(JSON.stringify(line) + "\n");
}

function connect({ socket: name, url, auth, first }) {
  return new Promise((resolve, reject) => {
    const socket = io(url, { auth, transports: ["websocket"], forceNew: true, reconnection: false });
    sockets.set(name, socket);
    socket.onAny((event, data) => tell({ name, event, data }));
    socket.on("disconnect", (reason) => tell({ name, event: "disconnect", data: reason }));
    socket.once("connect", () => resolve(first ? socket.timeout(20_000).emitWithAck(...first) : socket.id));
    socket.once("connect_error", (error) => reject(error));
  });
}

const socketVerbs = {
  connect,
  emit: ({ socket, event, data }) => sockets.get(socket).timeout(60_000).emitWithAck(event, data),
  // Ends the connection as a broken network would: without a word.
  cut: ({ socket }) => void sockets.get(socket).io.engine.transport.ws.terminate(),
  // Reads nothing more.
  pause: ({ socket }) => void sockets.get(socket).io.engine.transport.ws._socket.pause(),
  reads: ({ socket }) => void sockets.get(socket).io.engine.transport.ws._socket.resume(),
  close: ({ socket }) => void sockets.get(socket).disconnect(),
};

createInterface({ input: process.stdin }).on("line", async (line) => {
  const { id, ...command } = JSON.parse(line);
  const verbs = command.page ? pageVerbs(tell) : socketVerbs;
  try {
    tell({ id, result: (await verbs[command.do](command)) ?? null });
  } catch (error) {
    tell({ id, error: error.message });
  }
}).on("close", () => closePages().finally(() => process.exit(0)));
