// @ts-check
/** The chat page: puts what the line brings on the screen. Every text is set as text, never as markup. */

import { Line } from "./line.js";
import { direction, fill, words } from "./words.js";

/** @typedef {import("./line.js").Message} Message */
/** @typedef {import("./line.js").Outgoing} Outgoing */
/** @typedef {import("./line.js").Option} Option */
/** @typedef {import("./line.js").Cart} Cart */
/** @typedef {import("./line.js").CartLine} CartLine */
/** @typedef {import("./line.js").Shop} Shop */

const LATE_AFTER = 8_000;
const TYPING_FOR = 10_000;
const QUIET_FOR = 500;
const GROUP_WITHIN = 300_000;
const NEAR_END = 120;

const query = new URLSearchParams(location.search);
const embedded = query.get("embed") === "1" && parent !== window;

/** The element of an id that the page surely has. @param {string} id @returns {HTMLElement} */
const $ = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * A new element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {string} [className] @param {string} [text]
 */
const make = (tag, className = "", text = "") => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
};

const log = $("log");
const say = /** @type {HTMLTextAreaElement} */ ($("say"));

let locale = known(query.get("lang") ?? navigator.language);
let w = words(locale);
/** @type {Shop} */
let shop = { name: "", locale, slug: query.get("shop") ?? "" };
/** @type {Map<string, HTMLElement>} bubbles that were queued here, by client_msg_id */
const mine = new Map();
let busy = 0;
let typing = 0;
let stateTimer = 0;
let unread = 0;
let atEnd = true;

/* ---------------------------------------------------------------- words of the page */

/** A locale that the browser can read: "en_US" gives "en-US", and what is none gives "en". @param {string} name */
function known(name) {
  try {
    return Intl.getCanonicalLocales(name.replace("_", "-"))[0] ?? "en";
  } catch {
    return "en";
  }
}

function dress() {
  w = words(locale);
  document.documentElement.lang = locale;
  document.documentElement.dir = direction(locale);
  const name = shop.name || w.shop;
  /** @type {Record<string, string>} */
  const texts = {
    shop: name, assistant: w.assistant, mark: Array.from(name)[0] ?? "", "welcome-lead": w.welcome, "welcome-example": w.example,
    starter: w.starter, "typing-words": w.typing, newer: w.newer, anew: w.anew, "cart-title": w.order, nothing: w.empty, "say-label": w.say,
  };
  for (const [id, text] of Object.entries(texts)) $(id).textContent = text;
  log.setAttribute("aria-label", w.talk);
  say.placeholder = w.hint;
  $("send").setAttribute("aria-label", w.send);
  showUnread();
}

/** @param {string} at @param {Intl.DateTimeFormatOptions} how */
function date(at, how) {
  return new Intl.DateTimeFormat(document.documentElement.lang, how).format(new Date(at));
}

/** "today", "yesterday" or the date, in the page's language. @param {string} at */
function dayName(at) {
  const days = Math.round((new Date(at).setHours(12, 0, 0, 0) - new Date().setHours(12, 0, 0, 0)) / 86_400_000);
  if (days < -1 || days > 0) return date(at, { weekday: "long", day: "numeric", month: "long" });
  return new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" }).format(days, "day");
}

/* ---------------------------------------------------------------- the log */

const bubbles = () => /** @type {HTMLElement[]} */ ([...log.querySelectorAll(".message")]);

/** @param {Message | (Outgoing & {direction: "in", kind?: string, options?: Option[]})} message @returns {HTMLElement} */
function bubble(message) {
  const article = make("article", `message ${message.direction} ${message.kind ?? "text"}`);
  const who = make("span", "quiet", message.direction === "in" ? w.you : shop.name || w.shop);
  who.id = `who-${busy++}`;
  article.setAttribute("aria-labelledby", who.id);
  const body = make("div", "bubble", message.text);
  body.dir = "auto";
  body.classList.toggle("titled", message.text.includes("\n"));
  article.append(make("p", "day"), who, body);
  if (message.options?.length) article.append(options(message.options));
  article.append(make("p", "under"));
  stamp(article, new Date(message.at).toISOString());
  return article;
}

/** @param {HTMLElement} article @param {string} at */
function stamp(article, at) {
  article.dataset.at = at;
  const time = make("time", "", date(at, { hour: "numeric", minute: "2-digit" }));
  time.dateTime = at;
  article.querySelector(".under")?.replaceChildren(time);
}

/** Put a bubble where its number belongs; without one it waits at the end. @param {HTMLElement} article */
function place(article) {
  const following = log.contains(article) ? article.nextElementSibling : null;
  const after = bubbles().find((b) => b !== article && order(b) > order(article)) ?? null;
  if (!log.contains(article) || following !== after) {
    log.insertBefore(article, after);
    for (const touched of [article, after, following]) if (touched) tidy(/** @type {HTMLElement} */ (touched));
  }
  retireOptions();
}

/** @param {HTMLElement} article */
const order = (article) => Number(article.dataset.seq ?? Infinity);

/** The day above the first bubble of a day; bubbles of one speaker close together. @param {HTMLElement} article */
function tidy(article) {
  const before = /** @type {HTMLElement | null} */ (article.previousElementSibling);
  const at = article.dataset.at ?? "";
  const day = dayName(at);
  const newDay = !before?.dataset.at || dayName(before.dataset.at) !== day;
  const sameSide = !!before?.classList.contains(article.classList.contains("in") ? "in" : "out");
  const near = Math.abs(Date.parse(at) - Date.parse(before?.dataset.at ?? "0")) < GROUP_WITHIN;
  article.classList.toggle("follows", !newDay && sameSide && near);
  /** @type {HTMLElement} */ (article.querySelector(".day")).textContent = newDay ? day : "";
}

/** Change the log, staying at its end if the customer was there. @param {() => void} change @param {boolean} [jump] */
function changeLog(change, jump = false) {
  change();
  $("welcome").hidden = bubbles().length > 0;
  $("anew").hidden = !$("welcome").hidden;
  if (atEnd || jump) toEnd();
  else $("newer").hidden = false;
}

function toEnd() {
  log.scrollTop = log.scrollHeight;
  atEnd = true;
  $("newer").hidden = true;
}

function onScroll() {
  atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
  if (atEnd) $("newer").hidden = true;
}

/* ---------------------------------------------------------------- answers to press */

/** @param {Option[]} choices */
function options(choices) {
  const group = make("div", "options");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", w.answers);
  for (const choice of choices) {
    const button = make("button", choice.detail ? "option card" : "option", choice.label);
    if (choice.detail) button.append(make("small", "", choice.detail));
    button.type = "button";
    button.dir = "auto";
    button.onclick = (event) => choose(button, choice, event.detail === 0);
    group.append(button);
  }
  return group;
}

/** @param {HTMLButtonElement} button @param {Option} choice @param {boolean} byKey */
function choose(button, choice, byKey) {
  button.classList.add("chosen");
  if (byKey) say.focus(); // the button is about to be disabled, and focus must not be lost with it
  line.say(choice.label, choice.id);
}

/** Only the last question can be answered by pressing, and only until the customer says something. */
function retireOptions() {
  let open = true;
  for (const article of bubbles().reverse()) {
    if (article.classList.contains("in")) open = false;
    for (const button of article.querySelectorAll("button.option")) /** @type {HTMLButtonElement} */ (button).disabled = !open;
    if (article.querySelector(".options")) open = false;
  }
}

/* ---------------------------------------------------------------- what the line brings */

/** @param {Outgoing} outgoing */
function queued(outgoing) {
  if (mine.has(outgoing.client_msg_id)) return;
  const article = bubble({ ...outgoing, direction: "in" });
  mine.set(outgoing.client_msg_id, article);
  changeLog(() => place(article), true);
  if (outgoing.failed) return failed(outgoing.client_msg_id);
  wait(outgoing.client_msg_id, article);
}

/** Being sent; after a while, offer to try again. @param {string} id @param {HTMLElement} article */
function wait(id, article) {
  article.classList.remove("unsent");
  article.classList.add("sending");
  article.querySelector(".under")?.replaceChildren(w.sending);
  setTimeout(() => article.classList.contains("sending") && failed(id), LATE_AFTER);
}

/** @param {string} id */
function failed(id) {
  const article = mine.get(id);
  if (!article || article.dataset.seq) return;
  article.classList.remove("sending");
  article.classList.add("unsent");
  const again = make("button", "again", w.retry);
  again.type = "button";
  again.onclick = () => {
    wait(id, article);
    say.focus();
    line.retry(id);
  };
  changeLog(() => article.querySelector(".under")?.replaceChildren(`${w.unsent} · `, again));
}

/** @param {string} id @param {number} seq */
function sent(id, seq) {
  const article = mine.get(id);
  if (!article || article.dataset.seq) return;
  article.classList.remove("sending", "unsent");
  const twin = log.querySelector(`[data-seq="${Number(seq)}"]`);
  if (twin) return article.remove(); // the shop's own record of it is shown already
  article.dataset.seq = String(seq);
  stamp(article, article.dataset.at ?? "");
  changeLog(() => place(article));
}

/** @param {Message} message */
function received(message) {
  const shown = /** @type {HTMLElement | null} */ (log.querySelector(`[data-seq="${Number(message.seq)}"]`));
  if (shown) return stamp(shown, message.at);
  if (message.direction === "out") hideTyping();
  const article = bubble(message);
  article.dataset.seq = String(message.seq);
  changeLog(() => place(article));
  $("fault").textContent = "";
  if (message.direction === "out" && !log.ariaBusy) notice();
}

/** @param {Cart} cart */
function showCart(cart) {
  const count = cart.lines.reduce((sum, item) => sum + item.quantity, 0);
  $("count").textContent = String(count);
  $("fold-words").textContent = count === 1 ? w.one : fill(w.many, { n: count });
  $("fold-total").textContent = cart.total;
  $("lines").replaceChildren(...cart.lines.map(cartLine));
  $("sums").replaceChildren(...sum(w.subtotal, cart.subtotal), ...sum(w.tax, cart.tax), ...sum(w.total, cart.total));
  const empty = cart.lines.length === 0;
  $("nothing").hidden = !empty;
  $("lines").hidden = $("sums").hidden = empty;
  $("cart").classList.toggle("empty", empty);
  if (empty) fold(false);
  showOrder(cart.order);
}

/** @param {CartLine} item */
function cartLine(item) {
  const row = make("li");
  const name = make("span", "name", item.text);
  name.dir = "auto";
  const details = make("ul", "details");
  details.append(...item.details.map((detail) => Object.assign(make("li", "", detail), { dir: "auto" })));
  if (item.quantity > 1 && item.unit) details.append(make("li", "each", fill(w.each, { price: item.unit })));
  row.append(make("span", "times", `${item.quantity} ×`), name, make("span", "price", item.total));
  if (details.childElementCount) row.append(details);
  return row;
}

/** @param {string} name @param {string} amount */
const sum = (name, amount) => (amount ? [make("dt", "", name), make("dd", "", amount)] : []);

/** @param {Cart["order"]} placed */
function showOrder(placed) {
  const text = placed ? fill(w.banner, { code: placed.code, state: w.states[placed.state] ?? placed.state }) : "";
  if ($("banner").textContent !== text) $("banner").textContent = text;
  $("banner").dataset.state = placed?.state ?? "";
}

function showTyping() {
  clearTimeout(typing);
  typing = window.setTimeout(hideTyping, TYPING_FOR);
  changeLog(() => ($("typing").hidden = false));
}

function hideTyping() {
  clearTimeout(typing);
  $("typing").hidden = true;
}

/** A short break is not worth a word. @param {"connecting" | "open"} state */
function showState(state) {
  clearTimeout(stateTimer);
  if (state === "open") {
    $("state").textContent = "";
    $("page").dataset.met = "yes";
    return settleLog();
  }
  const text = $("page").dataset.met ? w.reconnecting : w.connecting;
  stateTimer = window.setTimeout(() => ($("state").textContent = text), 1_200);
}

/** What was said before is not read out again: the log speaks once the first burst is over. */
function settleLog() {
  setTimeout(() => {
    log.ariaBusy = null;
    $("welcome").hidden = bubbles().length > 0;
    $("anew").hidden = !$("welcome").hidden;
  }, QUIET_FOR);
}

/** @param {Shop} told */
function meet(told) {
  shop = told;
  locale = known(query.get("lang") ?? told.locale);
  dress();
}

function reset() {
  log.ariaBusy = "true";
  for (const article of bubbles()) article.remove();
  mine.clear();
}

/* ---------------------------------------------------------------- the page around it */

/** Something was said while nobody looked. */
function notice() {
  if (document.hidden || document.body.dataset.closed) unread += 1;
  showUnread();
}

function showUnread() {
  document.title = (unread ? `(${unread}) ` : "") + (shop.name || "Comanda");
  if (embedded) parent.postMessage({ comanda: "unread", count: unread }, "*");
}

/** @param {boolean} open */
function fold(open) {
  $("fold").setAttribute("aria-expanded", String(open));
  $("cart").classList.toggle("open", open);
}

/** @param {string} text */
function speak(text) {
  if (!text.trim()) return;
  line.say(text.trim());
}

/** As tall as its text, where the style sheet cannot see to it. */
function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  say.style.height = "auto";
  say.style.height = `${say.scrollHeight}px`;
}

function send() {
  speak(say.value);
  say.value = "";
  grow();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
}

/** @param {KeyboardEvent} event */
function onEscape(event) {
  if (event.key !== "Escape") return;
  if ($("cart").classList.contains("open")) {
    fold(false);
    $("fold").focus();
  } else if (embedded) parent.postMessage({ comanda: "close" }, "*");
}

/** The page that embeds us says whether we can be seen. @param {MessageEvent} event */
function onHost(event) {
  if (event.source !== parent || event.data?.comanda !== "shown") return;
  if (!event.data.open) document.body.dataset.closed = "yes";
  else {
    delete document.body.dataset.closed;
    if (matchMedia("(pointer: fine)").matches) say.focus(); // elsewhere it would bring up the keyboard
  }
  look();
}

function look() {
  if (document.hidden || document.body.dataset.closed) return;
  unread = 0;
  showUnread();
}

const line = new Line(shop.slug, {
  shop: meet, reset, state: showState, queued, sent, failed, message: received, cart: showCart, typing: showTyping,
  error: (text) => ($("fault").textContent = text),
});

log.ariaBusy = "true";
document.body.classList.toggle("embedded", embedded);
dress();
showCart({ lines: [], subtotal: "", tax: "", total: "", order: null });
$("composer").onsubmit = (event) => (event.preventDefault(), send());
say.onkeydown = onKey;
say.oninput = grow;
$("starter").onclick = () => (speak(w.starter), say.focus());
$("anew").onclick = () => ((say.value = ""), line.leave());
$("newer").onclick = () => (toEnd(), log.focus());
$("fold").onclick = () => fold($("fold").getAttribute("aria-expanded") !== "true");
log.onscroll = onScroll;
new ResizeObserver(() => atEnd && toEnd()).observe(log);
addEventListener("keydown", onEscape);
addEventListener("message", onHost);
document.addEventListener("visibilitychange", look);
line.run();
