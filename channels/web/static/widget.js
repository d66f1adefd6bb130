// @ts-check
/**
 * The chat on a shop's own site: <script src="https://shop.example/widget.js" data-shop="slug" defer></script>
 * A button at the corner opens the chat page in a frame. All of it lives in a shadow root, so neither page's style
 * sheet reaches the other. Optional: data-lang, data-label (the button's words), data-side="left".
 */
(() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const home = new URL("./", script.src);
  const language = script.dataset.lang || document.documentElement.lang || navigator.language || "en";

  /** @type {Record<string, [open: string, close: string, unread: string, elsewhere: string]>} */
  const WORDS = {
    en: ["Order by chat", "Close chat", "{n} new", "Open the chat in a new tab"],
    es: ["Pedir por chat", "Cerrar chat", "{n} nuevos", "Abrir el chat en otra pestaña"],
    fr: ["Commander par chat", "Fermer le chat", "{n} nouveaux", "Ouvrir le chat dans un onglet"],
    de: ["Im Chat bestellen", "Chat schließen", "{n} neu", "Chat in neuem Tab öffnen"],
    ko: ["채팅으로 주문", "채팅 닫기", "새 메시지 {n}개", "새 탭에서 채팅 열기"],
    ar: ["اطلب عبر المحادثة", "إغلاق المحادثة", "{n} جديدة", "افتح المحادثة في علامة تبويب جديدة"],
  };
  const [openWord, closeWord, unreadWord, elsewhereWord] = WORDS[language.slice(0, 2).toLowerCase()] ?? WORDS.en;
  const ANSWER_WITHIN = 10_000;
  const label = script.dataset.label || openWord;

  const STYLE = `
    :host { all: initial; }
    * { box-sizing: border-box; }
    .launch, .panel { position: fixed; z-index: 2147483000; inset-inline: auto 1.25rem; inset-block: auto 1.25rem; }
    :host([data-side="left"]) .launch, :host([data-side="left"]) .panel { inset-inline: 1.25rem auto; }
    button { font: 600 16px/1.2 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; cursor: pointer; border: 0; }
    button:focus-visible { outline: 3px solid #1d5a4b; outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
    .launch { display: flex; align-items: center; gap: .6em; min-height: 56px; padding: 0 22px 0 18px; border-radius: 28px;
      background: #1d5a4b; color: #fffdf8; box-shadow: 0 2px 4px rgb(0 0 0 / 15%), 0 12px 28px -8px rgb(0 0 0 / 35%); }
    .launch:hover { background: #164639; }
    .launch[aria-expanded="true"] { visibility: hidden; }
    .unread { min-width: 22px; padding: 2px 7px; border-radius: 11px; background: #f0b24d; color: #26221b; font-size: 14px; text-align: center; }
    .unread:empty { display: none; }
    .panel { width: min(400px, 100vw - 40px); height: min(680px, 100dvh - 40px); border-radius: 18px; overflow: hidden;
      background: #f6f1e7; box-shadow: 0 4px 12px rgb(0 0 0 / 15%), 0 24px 60px -12px rgb(0 0 0 / 45%); }
    .panel[hidden] { display: none; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    .close { position: absolute; inset-block-start: 12px; inset-inline-end: 12px; display: grid; place-items: center;
      width: 40px; height: 40px; border-radius: 50%; background: none; color: #26221b; }
    .close:hover { background: rgb(128 110 80 / 18%); }
    .elsewhere { position: absolute; inset: 35% 24px auto; color: #1d5a4b; font: 600 18px/1.4 system-ui, sans-serif; text-align: center; }
    .guard { position: absolute; width: 1px; height: 1px; overflow: hidden; }
    @media (prefers-color-scheme: dark) { .panel { background: #191713; } .close { color: #efe9dc; } .elsewhere { color: #8fd0b8; } .close:focus-visible { outline-color: #8fd0b8; box-shadow: none; } }
    @media (max-width: 480px), (max-height: 480px) {
      .panel, :host([data-side="left"]) .panel { inset: 0; width: auto; height: auto; border-radius: 0; } }`;

  /**
   * A new element with attributes.
   * @template {keyof HTMLElementTagNameMap} K
   * @param {K} tag @param {Record<string, string>} attributes @param {(Node | string)[]} children
   * @returns {HTMLElementTagNameMap[K]}
   */
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  /** A line drawing. @param {string} path */
  const drawing = (path) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const attributes = { viewBox: "0 0 24 24", width: "24", height: "24", "aria-hidden": "true", fill: "none", stroke: "currentColor" };
    for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
    const stroke = { d: path, "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round" };
    for (const [name, value] of Object.entries(stroke)) line.setAttribute(name, value);
    svg.append(line);
    return svg;
  };

  const elsewhere = new URL(home);
  if (script.dataset.shop) elsewhere.searchParams.set("shop", script.dataset.shop);
  if (script.dataset.lang) elsewhere.searchParams.set("lang", script.dataset.lang);
  const address = new URL(elsewhere);
  address.searchParams.set("embed", "1");
  let alive = false;

  const unread = make("span", { class: "unread", "aria-hidden": "true" });
  const launch = make(
    "button",
    { class: "launch", type: "button", "aria-expanded": "false", "aria-haspopup": "dialog", "aria-controls": "panel", "aria-label": label },
    drawing("M5 4h14v16.5l-2.4-1.6-2.3 1.6-2.3-1.6-2.3 1.6-2.3-1.6L5 20.5zM9 9h6M9 13h6"),
    make("span", { "aria-hidden": "true" }, label),
    unread,
  );
  const close = make("button", { class: "close", type: "button", "aria-label": closeWord }, drawing("M6 6l12 12M18 6 6 18"));
  const frame = make("iframe", { title: label, allow: "clipboard-write" });
  const first = make("div", { class: "guard", tabindex: "0", "aria-hidden": "true" });
  const last = make("div", { class: "guard", tabindex: "0", "aria-hidden": "true" });
  const panel = make(
    "div",
    { class: "panel", id: "panel", role: "dialog", "aria-modal": "true", "aria-label": label, hidden: "" },
    first, frame, close, last,
  );

  /** @param {boolean} open */
  const tell = (open) => frame.contentWindow?.postMessage({ comanda: "shown", open }, home.origin);

  /** The frame stays silent when the shop's server does not let this site embed it: offer a way around. */
  const watch = () => {
    setTimeout(() => {
      if (alive) return;
      console.warn(`Comanda: ${home.origin} did not answer. Is ${location.origin} in its COMANDA_CHAT_ORIGINS?`);
      frame.replaceWith(make("a", { class: "elsewhere", href: elsewhere.href, target: "_blank", rel: "noopener" }, elsewhereWord));
    }, ANSWER_WITHIN);
  };

  const load = () => {
    frame.src = address.href;
    watch();
  };

  /** Focus the page in the frame; taken away first, since a frame that is focused before it has loaded keeps none. */
  const enter = () => {
    if (panel.hidden) return;
    close.focus();
    if (frame.isConnected) frame.focus();
    tell(true);
  };

  const show = () => {
    if (!frame.src) load();
    panel.hidden = false;
    launch.setAttribute("aria-expanded", "true");
    enter();
  };

  const hide = () => {
    if (panel.hidden) return;
    panel.hidden = true;
    launch.setAttribute("aria-expanded", "false");
    launch.focus();
    tell(false);
  };

  /** @param {number} count */
  const showUnread = (count) => {
    unread.textContent = count ? String(count) : "";
    launch.setAttribute("aria-label", count ? `${label}, ${unreadWord.replace("{n}", String(count))}` : label);
  };

  launch.onclick = show;
  frame.onload = enter;
  close.onclick = hide;
  first.onfocus = () => close.focus();
  last.onfocus = () => (frame.isConnected ? frame : close).focus();
  panel.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== home.origin) return;
    alive = true;
    if (data?.comanda === "close") hide();
    if (data?.comanda === "unread" && Number.isInteger(data.count)) showUnread(data.count);
  });

  const host = make("div", {});
  if (script.dataset.side === "left") host.dataset.side = "left";
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  root.append(launch, panel);
  document.body.append(host);
})();
