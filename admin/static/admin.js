// Live parts: when the server hints that something changed, the part is fetched again and merged into the page.
// Everything works without this script too: forms post, and a reload shows the present state.

const PART = { "X-Comanda-Fragment": "1" };
const parts = [...document.querySelectorAll("[data-live]")];
const state = document.querySelector("[data-live-state]");
const notices = document.querySelector("#notices");
const title = document.title;
let unseen = 0;

function show(text, on) {
  if (!state) return;
  state.dataset.state = on;
  if (state.textContent !== text) state.textContent = text;
}

// Whoever is on the way to another page (signing out, say) is not to be sent elsewhere by what still arrives here.
let leaving = false;
addEventListener("beforeunload", () => { leaving = true; });
addEventListener("pageshow", () => { leaving = false; });

function signInAgain() {
  if (leaving) return;
  location.assign(`/admin/sign-in?next=${encodeURIComponent(location.pathname)}`);
}

function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}

// Cards are told apart by key, so that what did not change keeps its focus, its open parts and its half-typed text.
function mergeKeyed(old, fresh, arrived) {
  const known = new Map([...old.children].map((child) => [child.dataset.key, child]));
  let place = old.firstElementChild;
  for (const child of [...fresh.children]) {
    const before = known.get(child.dataset.key);
    known.delete(child.dataset.key);
    if (!before) {
      old.insertBefore(child, place);
      if (child.dataset.arrives === "yes") arrived.push(child);
      continue;
    }
    if (before === place) place = place.nextElementSibling;
    else old.insertBefore(before, place);
    if (before.dataset.source === child.outerHTML || busy(before)) continue;
    const source = child.outerHTML;
    child.dataset.source = source;
    const focused = before.contains(document.activeElement) ? document.activeElement.id : "";
    before.replaceWith(child);
    if (focused) (document.getElementById(focused) ?? child.querySelector("button, a"))?.focus();
  }
  for (const gone of known.values()) gone.remove();
}

// Whoever is typing, or has opened something, is not interrupted.
function busy(element) {
  if (element.querySelector("details.cancel[open]")) return true;
  const active = document.activeElement;
  return element.contains(active) && active.matches("select, textarea, input:not([type=hidden])");
}

function merge(part, html, { force = false } = {}) {
  const fresh = parse(html);
  const arrived = [];
  const oldLists = [...part.querySelectorAll("[data-keyed]")];
  const newLists = [...fresh.querySelectorAll("[data-keyed]")];
  if (oldLists.length && oldLists.length === newLists.length) {
    const seen = new Set([...part.querySelectorAll("[data-key]")].map((e) => e.id));
    oldLists.forEach((list, index) => mergeKeyed(list, newLists[index], arrived));
    part.querySelectorAll(".count").forEach((count, index) => {
      count.textContent = fresh.querySelectorAll(".count")[index]?.textContent ?? "";
    });
    const recent = fresh.querySelector(".recent");
    const before = part.querySelector(".recent");
    if (before && recent) before.replaceWith(recent);
    else if (recent) part.append(recent);
    else before?.remove();
    return arrived.filter((card) => !seen.has(card.id));
  }
  if (!force && busy(part)) return arrived;
  const open = [...part.querySelectorAll("details[open]")].map((e) => e.id).filter(Boolean);
  const typed = new Map([...part.querySelectorAll("textarea[id]")].map((e) => [e.id, e.value]));
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.replaceChildren(fresh);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (!force) for (const [id, value] of typed) { const field = document.getElementById(id); if (field) field.value = value; }
  if (focused) document.getElementById(focused)?.focus();
  return arrived;
}

function announce(part, arrived) {
  if (!arrived.length) return;
  for (const card of arrived) {
    card.classList.add("arrived");
    card.addEventListener("animationend", () => card.classList.remove("arrived"), { once: true });
  }
  if (document.hidden) {
    unseen += arrived.length;
    document.title = `(${unseen}) ${title}`;
  }
  if (part.dataset.announce) {
    const said = document.createElement("p");
    said.className = "quiet";
    said.textContent = `${part.dataset.announce}${arrived.length > 1 ? ` × ${arrived.length}` : ""}`;
    notices.append(said);
    setTimeout(() => said.remove(), 4000);
  }
}

const fetching = new Map();

async function refresh(part) {
  if (fetching.get(part)) { fetching.set(part, "again"); return; }
  fetching.set(part, "now");
  try {
    const answer = await fetch(part.dataset.live, { headers: PART, cache: "no-store" });
    if (answer.status === 401) { signInAgain(); return; }
    if (answer.ok) { announce(part, merge(part, await answer.text())); ages(); }
  } catch {
    show("Offline: trying again", "off");
  } finally {
    const again = fetching.get(part) === "again";
    fetching.delete(part);
    if (again) refresh(part);
  }
}

function refreshAll() { parts.forEach(refresh); }

function listen() {
  const topics = new Set(parts.flatMap((part) => part.dataset.topics.split(" ")));
  const query = new URLSearchParams({ topics: [...topics].join(" ") });
  const talk = parts.find((part) => part.dataset.conversation);
  if (talk) query.set("conversation", talk.dataset.conversation);
  const stream = new EventSource(`/admin/events?${query}`);
  stream.addEventListener("open", () => { show("Live", "on"); refreshAll(); });
  stream.addEventListener("changed", refreshAll);
  stream.addEventListener("bye", () => { stream.close(); refreshAll(); });
  stream.addEventListener("error", () => {
    show("Connecting again", "off");
    // The browser gives up after an answer that is no stream (signed out, or the server is starting).
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => { refreshAll(); listen(); }, 3000);
  });
}

function ages() {
  for (const time of document.querySelectorAll("time[data-age]")) {
    const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(time.dateTime)) / 60000));
    const hours = Math.floor(minutes / 60);
    const rest = String(minutes % 60);
    const text = minutes < 1 ? "now" : hours < 1 ? `${rest} min` : hours < 24 ? `${hours} h ${rest.padStart(2, "0")}` : `${Math.floor(hours / 24)} d`;
    if (time.textContent !== text) time.textContent = text;
    const hot = minutes >= Number(time.dataset.hot);
    const warm = !hot && minutes >= Number(time.dataset.warm);
    for (const element of [time, time.closest("[data-ageing]")]) {
      element?.classList.toggle("hot", hot);
      element?.classList.toggle("warm", warm);
    }
  }
}

async function post(form, submitter) {
  const part = form.closest("[data-live]");
  const data = new FormData(form, submitter);
  submitter?.setAttribute("aria-disabled", "true");
  form.dataset.sending = "yes";
  try {
    const answer = await fetch(form.action, { method: "POST", headers: PART, body: new URLSearchParams(data) });
    if (answer.status === 401) { signInAgain(); return; }
    const html = await answer.text();
    if (!answer.ok) { notices.replaceChildren(parse(html)); refresh(part); return; }
    notices.replaceChildren();
    form.closest("details")?.removeAttribute("open");
    // News may have shown the change before this answer: whoever is at another field by now stays there.
    if (form.contains(document.activeElement)) document.activeElement.blur();
    announce(part, merge(part, html, { force: true }));
    ages();
  } catch {
    const said = document.createElement("div");
    said.className = "notice bad";
    said.setAttribute("role", "alert");
    said.textContent = "The server cannot be reached. Nothing was sent; please try again.";
    notices.replaceChildren(said);
  } finally {
    submitter?.removeAttribute("aria-disabled");
    delete form.dataset.sending;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-live-form]") || !form.closest("[data-live]")) return;
  event.preventDefault();
  if (!form.dataset.sending) post(form, event.submitter);
});

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  if (!close) return;
  const details = close.closest("details");
  details.removeAttribute("open");
  details.querySelector("summary").focus();
});

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details.cancel[open]")) event.target.querySelector("input:not([type=hidden])").focus();
}, true);

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest?.("details.cancel[open]");
  if (!open) return;
  open.removeAttribute("open");
  open.querySelector("summary").focus();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unseen = 0;
  document.title = title;
  refreshAll();
});

document.querySelector(".parts [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

if (parts.length) {
  listen();
  setInterval(refreshAll, 30_000);
}
setInterval(ages, 10_000);
