// @ts-check
/**
 * The line to the shop: one session, one socket (or long polling where sockets are blocked), and two promises.
 * What the customer says stays in the browser's storage until the shop has acknowledged it, and is sent again after
 * every break under the same id. What the shop says is shown once, whatever arrives twice.
 */

/** @typedef {{client_msg_id: string, text: string, choice?: string, at: number, failed?: boolean}} Outgoing */
/** @typedef {{id: string, label: string, detail?: string}} Option */
/**
 * @typedef {object} Message
 * @property {number} seq
 * @property {"in" | "out"} direction  "in" is what the customer said
 * @property {string} text
 * @property {Option[]} [options]
 * @property {string} [kind]
 * @property {string} at               ISO 8601
 * @property {string} [client_msg_id]
 */
/** @typedef {{name: string, locale: string, slug: string}} Shop */
/** @typedef {{text: string, details: string[], quantity: number, unit: string, total: string}} CartLine */
/**
 * @typedef {object} Cart
 * @property {CartLine[]} lines
 * @property {string} subtotal
 * @property {string} tax
 * @property {string} total
 * @property {{code: string, state: string} | null} order
 */
/**
 * @typedef {object} Listener
 * @property {(shop: Shop) => void} shop
 * @property {() => void} reset                                 the talk begins anew
 * @property {(state: "connecting" | "open") => void} state
 * @property {(outgoing: Outgoing) => void} queued
 * @property {(id: string, seq: number) => void} sent
 * @property {(id: string) => void} failed
 * @property {(message: Message) => void} message
 * @property {(cart: Cart) => void} cart
 * @property {() => void} typing
 * @property {(text: string) => void} error
 */

const SOCKET_TRIES = 3;
const OPEN_WITHIN = 6_000;
const PING_EVERY = 20_000;
const SILENT_AFTER = 50_000;
const STABLE_AFTER = 30_000;
const SOCKET_AGAIN = 300_000;
const POLL_PAUSE = 1_500;
const FIRST_DELAY = 400;
const LONGEST_DELAY = 30_000;
const REFUSED = new Set([400, 413, 415, 422]);
const TOO_FAST = 3_000;
const ANSWER_WITHIN = 45_000;
const SIGNED_OUT = new Set(["session_invalid", "not_signed_in"]);

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A random id; `randomUUID` exists on secure pages only. */
const newId = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
};

/** The browser's storage, or memory where a browser refuses it. @returns {Storage | Map<string, string>} */
const openStorage = () => {
  try {
    localStorage.setItem("comanda", "1");
    return localStorage;
  } catch {
    return new Map();
  }
};

/** What one shop's page keeps. Every queued message has a key of its own, so that tabs never overwrite each other. */
class Drawer {
  /** @param {string} shop */
  constructor(shop) {
    this.store = openStorage();
    this.prefix = `comanda:${shop}:`;
  }

  /** @param {string} name @returns {string | null} */
  get(name) {
    const key = this.prefix + name;
    return (this.store instanceof Map ? this.store.get(key) : this.store.getItem(key)) ?? null;
  }

  /** @param {string} name @param {string} value */
  set(name, value) {
    const key = this.prefix + name;
    if (!(this.store instanceof Map)) {
      try {
        return this.store.setItem(key, value);
      } catch {
        this.store = new Map(Object.entries(this.store)); // full: go on in memory
      }
    }
    this.store.set(key, value);
  }

  /** @param {string} name */
  remove(name) {
    const key = this.prefix + name;
    if (this.store instanceof Map) this.store.delete(key);
    else this.store.removeItem(key);
  }

  /** The queue, oldest first. @returns {Outgoing[]} */
  queue() {
    const keys = this.store instanceof Map ? [...this.store.keys()] : Object.keys(this.store);
    const start = `${this.prefix}out:`;
    const names = keys.filter((key) => key.startsWith(start)).map((key) => key.slice(this.prefix.length));
    return names.map((name) => JSON.parse(this.get(name) ?? "null")).filter(Boolean).sort((a, b) => a.at - b.at);
  }
}

export class Line {
  /** @param {string} shop the shop's slug, "" for the only one @param {Listener} on */
  constructor(shop, on) {
    this.slug = shop;
    this.on = on;
    this.drawer = new Drawer(shop);
    this.token = "";
    this.seen = new Set();
    this.last = 0; // everything up to here has arrived
    this.queuedAt = 0;
    this.delays = 0;
    this.misses = 0;
    this.polling = false;
    this.posting = Promise.resolve();
    this.wake = () => {};
    /** @type {WebSocket | null} */
    this.socket = null;
  }

  /** Connect, and stay connected for as long as the page lives. */
  async run() {
    addEventListener("online", () => this.hurry());
    addEventListener("storage", (event) => event.key === `${this.drawer.prefix}token` && !event.newValue && location.reload());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
    this.drawer.queue().forEach(this.on.queued);
    for (;;) {
      this.on.state("connecting");
      await this.once().catch((problem) => {
        if (problem.status === 404) this.on.error(problem.message);
        return this.pause();
      });
    }
  }

  async once() {
    if (!this.token) await this.signIn();
    if (this.misses >= SOCKET_TRIES) return this.poll();
    await this.talk();
    throw new Error("the socket closed");
  }

  async signIn() {
    const old = this.drawer.get("token");
    const token = (await this.vouched()) || old;
    const answer = await this.ask("session", { body: JSON.stringify({ shop: this.slug || null, token }) });
    if (old && answer.token !== old) this.forget();
    this.token = answer.token;
    this.drawer.set("token", answer.token);
    this.on.shop(answer.shop);
  }

  /** A token of whom Telegram vouches for, where its Mini App has opened this page. What it says is used once. */
  async vouched() {
    const told = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData");
    if (!told) return "";
    const answer = await this.ask("../telegram/session", { body: JSON.stringify({ init_data: told }) }).catch((problem) => {
      if (problem.status) return { token: "" }; // not believed: like anybody else
      throw problem;
    });
    history.replaceState(null, "", location.pathname + location.search);
    return answer.token;
  }

  /** Another conversation has begun: its numbers start again. */
  forget() {
    this.seen.clear();
    this.last = 0;
    this.on.reset();
    this.drawer.queue().forEach(this.on.queued);
  }

  /** End this session here: nothing of it stays in the browser, and the page begins as somebody who was never seen. */
  leave() {
    for (const outgoing of this.drawer.queue()) this.drawer.remove(`out:${outgoing.client_msg_id}`);
    this.drawer.remove("token"); // other tabs of the same talk hear of it
    location.reload();
  }

  /** Say something: kept first, then sent. @param {string} text @param {string} [choice] */
  say(text, choice) {
    this.queuedAt = Math.max(Date.now(), this.queuedAt + 1);
    /** @type {Outgoing} */
    const outgoing = { client_msg_id: newId(), text, at: this.queuedAt, ...(choice === undefined ? {} : { choice }) };
    this.keep(outgoing);
    this.on.queued(outgoing);
    this.transmit(outgoing);
  }

  /** Send what is still unsent again. @param {string} id */
  retry(id) {
    const outgoing = this.drawer.queue().find((o) => o.client_msg_id === id);
    if (!outgoing) return;
    this.keep({ ...outgoing, failed: false });
    this.transmit(outgoing);
    this.hurry();
  }

  /** @param {Outgoing} outgoing */
  keep(outgoing) {
    this.drawer.set(`out:${outgoing.client_msg_id}`, JSON.stringify(outgoing));
  }

  /** @param {Outgoing} outgoing */
  transmit(outgoing) {
    if (this.socket) this.write({ type: "message", ...wire(outgoing) });
    else if (this.polling) this.posting = this.posting.then(() => this.post(outgoing));
  }

  /** Everything unsent, whichever tab it was typed in. */
  flush() {
    for (const outgoing of this.drawer.queue()) {
      this.on.queued(outgoing);
      if (!outgoing.failed) this.transmit(outgoing);
    }
  }

  /** @param {object} frame */
  write(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  /** One socket from opening to closing. Rejects when the shop never answered. @returns {Promise<void>} */
  talk() {
    const url = new URL("ws/chat", document.baseURI);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    const opened = Date.now();
    let heard = opened;
    const watch = setInterval(() => {
      const silent = Date.now() - heard > (this.socket ? SILENT_AFTER : OPEN_WITHIN);
      if (silent) socket.close();
      else if (this.socket && Date.now() - heard > PING_EVERY / 2) this.write({ type: "ping" });
    }, Math.min(OPEN_WITHIN, PING_EVERY / 2));
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token: this.token, last_seq: this.last }));
    socket.onmessage = ({ data }) => {
      heard = Date.now();
      const event = JSON.parse(data);
      if (event.type === "resume") this.resumed(socket);
      else this.receive(event);
    };
    return new Promise((resolve, reject) => {
      socket.onclose = () => {
        clearInterval(watch);
        const spoke = this.socket === socket;
        if (spoke) this.socket = null;
        if (Date.now() - opened > STABLE_AFTER) this.delays = 0;
        if (spoke) return resolve();
        this.misses += 1;
        reject(new Error("the socket did not open"));
      };
    });
  }

  /** @param {WebSocket} socket */
  resumed(socket) {
    this.socket = socket;
    this.misses = 0;
    this.on.state("open");
    this.flush();
  }

  /** Long polling, until something breaks or it is time to try a socket again. */
  async poll() {
    this.polling = true;
    this.misses = SOCKET_TRIES - 1; // after this, one try of the socket, then here again
    const until = Date.now() + SOCKET_AGAIN;
    try {
      this.flush();
      await this.fetchNews("&wait=0"); // what there is already; from then on, the shop answers when there is news
      while (Date.now() < until) await this.fetchNews();
    } finally {
      this.polling = false;
    }
  }

  async fetchNews(how = "") {
    const began = Date.now();
    const after = this.last;
    const { events } = await this.ask(`messages?after=${after}${how}`, {});
    this.delays = 0;
    this.on.state("open");
    for (const event of events) this.receive(event);
    this.last = Math.max(this.last, ...events.map((/** @type {Message} */ e) => e.seq ?? 0)); // an answer has no gaps
    if (this.last === after && Date.now() - began < POLL_PAUSE) await sleep(POLL_PAUSE);
  }

  /** In order: the next one waits until this one is with the shop. @param {Outgoing} outgoing */
  async post(outgoing) {
    while (this.polling) {
      try {
        const answer = await this.ask("messages", { body: JSON.stringify(wire(outgoing)) });
        return [answer, ...answer.events].forEach((event) => this.receive(event));
      } catch (problem) {
        if (REFUSED.has(/** @type {{status?: number}} */ (problem).status ?? 0)) return this.fail(outgoing.client_msg_id);
        await sleep(POLL_PAUSE);
      }
    }
  }

  /** @param {string} path @param {RequestInit} request a body makes it a POST */
  async ask(path, request) {
    const headers = { "Content-Type": "application/json", ...(this.token && { Authorization: `Bearer ${this.token}` }) };
    const method = request.body ? "POST" : "GET";
    const signal = AbortSignal.timeout(ANSWER_WITHIN);
    const answer = await fetch(`api/v1/chat/${path}`, { ...request, method, headers, signal, cache: "no-store" });
    if (answer.ok) return answer.json();
    if (answer.status === 401) this.token = "";
    const { detail } = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(detail), { status: answer.status });
  }

  /** @param {any} event */
  receive(event) {
    if (event.type === "message") this.accept(event);
    else if (event.type === "ack") this.settle(event.client_msg_id, event.seq);
    else if (event.type === "cart") this.on.cart(event);
    else if (event.type === "typing") this.on.typing();
    else if (event.type === "ping") this.write({ type: "pong" });
    else if (event.type === "error") this.fault(event);
  }

  /** @param {Message} message */
  accept(message) {
    if (message.client_msg_id) this.settle(message.client_msg_id, message.seq);
    if (this.seen.has(message.seq)) return;
    this.seen.add(message.seq);
    while (this.seen.has(this.last + 1)) this.last += 1;
    this.delays = 0;
    this.on.message(message);
  }

  /** The shop has it. @param {string} id @param {number} seq */
  settle(id, seq) {
    this.drawer.remove(`out:${id}`);
    this.delays = 0;
    this.on.sent(id, seq);
  }

  /** @param {{code: string, message: string, client_msg_id?: string}} problem */
  fault(problem) {
    if (SIGNED_OUT.has(problem.code)) this.token = "";
    else if (problem.code === "too_many" && problem.client_msg_id) setTimeout(() => this.flush(), TOO_FAST);
    else if (problem.client_msg_id) this.fail(problem.client_msg_id);
    else this.on.error(problem.message);
  }

  /** The shop refuses this one: it is not sent again unless asked. @param {string} id */
  fail(id) {
    const outgoing = this.drawer.queue().find((o) => o.client_msg_id === id);
    if (outgoing) this.keep({ ...outgoing, failed: true });
    this.on.failed(id);
  }

  /** Wait a little longer each time, not all browsers at once; `hurry` ends the wait. */
  async pause() {
    const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.delays);
    this.delays += 1;
    await Promise.race([sleep(longest * (0.5 + Math.random() / 2)), new Promise((resolve) => (this.wake = () => resolve(null)))]);
  }

  hurry() {
    this.wake();
  }
}

/** What goes over the wire of a queued message. @param {Outgoing} outgoing */
const wire = ({ client_msg_id, text, choice }) => ({ client_msg_id, text, ...(choice === undefined ? {} : { choice }) });
