// The desk's events over one WebSocket: Engine.IO 4 and Socket.IO 5, as far as this page needs them.
// docs/realtime.md has the events and what they carry.

const ANSWER_MS = 15_000;
const SLOWEST_MS = 10_000;

export class Live {
  #socket = null;
  #handlers = new Map();
  #waiting = new Map();
  #next = 0;
  #pause = 500;
  #closed = false;

  /** `token` gives the access token of the moment; `connected` and `away` are told when the line is up and down. */
  constructor({ token, connected, away }) {
    Object.assign(this, { token, connected, away });
    this.#connect();
  }

  on(event, handler) {
    this.#handlers.set(event, handler);
  }

  /** Sends an event; its result, or the problem as an error. */
  emit(event, data) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) return reject(new Error("The desk cannot be reached."));
      const timer = setTimeout(() => this.#settle(id, { problem: { detail: "The desk did not answer." } }), ANSWER_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket.send(`42${id}${JSON.stringify([event, data])}`);
    });
  }

  close() {
    this.#closed = true;
    this.#socket?.close();
  }

  async #connect() {
    if (this.#closed) return;
    const url = new URL("/socket.io/?EIO=4&transport=websocket", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#take(data);
    socket.onclose = () => {
      for (const id of [...this.#waiting.keys()]) this.#settle(id, { problem: { detail: "The connection broke off." } });
      if (this.#closed) return;
      this.away();
      setTimeout(() => this.#connect(), this.#pause * (0.5 + Math.random()));
      this.#pause = Math.min(this.#pause * 2, SLOWEST_MS);
    };
  }

  async #take(data) {
    if (data === "2") return this.#socket.send("3");
    if (data.startsWith("0")) return this.#socket.send(`40${JSON.stringify({ token: await this.token() })}`);
    if (data.startsWith("40")) {
      this.#pause = 500;
      return this.connected();
    }
    if (data.startsWith("44") || data.startsWith("41")) return this.#socket.close();
    if (data.startsWith("42")) {
      const [event, content] = JSON.parse(data.slice(data.indexOf("[")));
      this.#handlers.get(event)?.(content);
    }
    if (data.startsWith("43")) {
      const start = data.indexOf("[");
      this.#settle(Number(data.slice(2, start)), JSON.parse(data.slice(start))[0]);
    }
  }

  #settle(id, answer) {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (answer?.problem) waiting.reject(new Error(told(answer.problem)));
    else waiting.resolve(answer?.result);
  }
}

/** What a problem document says to a person. */
export function told(problem) {
  const errors = (problem.errors ?? []).map((error) => `${error.pointer.replace(/^\//, "")} ${error.detail}`);
  return errors.length > 0 ? errors.join("; ") : (problem.detail ?? "Something went wrong.");
}
