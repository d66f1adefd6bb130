// @ts-check
/** The words of the page itself, by language. What the shop says comes from the server. */

/**
 * @typedef {object} Words
 * @property {string} assistant  what the customer is talking to
 * @property {string} shop       the shop, until its name is known
 * @property {string} talk       name of the message log
 * @property {string} you
 * @property {string} say        label of the composer
 * @property {string} hint       placeholder of the composer
 * @property {string} send
 * @property {string} welcome
 * @property {string} example
 * @property {string} starter    a first message to press
 * @property {string} answers    name of a group of answers
 * @property {string} order      title of the cart
 * @property {string} empty
 * @property {string} one        one item
 * @property {string} many       {n} items
 * @property {string} each       {price} each
 * @property {string} subtotal
 * @property {string} tax
 * @property {string} total
 * @property {string} banner     order {code}: {state}
 * @property {Record<string, string>} states
 * @property {string} connecting
 * @property {string} reconnecting
 * @property {string} sending
 * @property {string} unsent
 * @property {string} retry
 * @property {string} newer
 * @property {string} anew       ends this browser's session
 * @property {string} typing
 */

/** @type {Record<string, Words>} */
const TABLE = {
  en: {
    assistant: "Automated ordering assistant", shop: "Shop", talk: "Messages", you: "You",
    say: "Your message", hint: "What would you like?", send: "Send",
    welcome: "Order in your own words.", example: "Ask, change your mind, take things out: nothing is ordered until you say yes.",
    starter: "What’s on the menu?", answers: "Answers",
    order: "Your order", empty: "Nothing here yet.", one: "1 item", many: "{n} items", each: "{price} each",
    subtotal: "Subtotal", tax: "Tax", total: "Total", banner: "Order {code}: {state}",
    states: { new: "received", accepted: "being prepared", ready: "ready", completed: "completed", cancelled: "cancelled" },
    connecting: "Connecting…", reconnecting: "Reconnecting…", sending: "Sending…", unsent: "Not sent yet", retry: "Try again",
    newer: "New messages", anew: "Not you? New conversation", typing: "Writing…",
  },
  es: {
    assistant: "Asistente automático de pedidos", shop: "Tienda", talk: "Mensajes", you: "Tú",
    say: "Tu mensaje", hint: "¿Qué te apetece?", send: "Enviar",
    welcome: "Pide con tus propias palabras.", example: "Pregunta, cambia de idea, quita cosas: no se pide nada hasta que digas que sí.",
    starter: "¿Qué hay en la carta?", answers: "Respuestas",
    order: "Tu pedido", empty: "Aún no hay nada.", one: "1 artículo", many: "{n} artículos", each: "{price} c/u",
    subtotal: "Subtotal", tax: "Impuestos", total: "Total", banner: "Pedido {code}: {state}",
    states: { new: "recibido", accepted: "en preparación", ready: "listo", completed: "entregado", cancelled: "cancelado" },
    connecting: "Conectando…", reconnecting: "Reconectando…", sending: "Enviando…", unsent: "Aún sin enviar", retry: "Reintentar",
    newer: "Mensajes nuevos", anew: "¿No eres tú? Conversación nueva", typing: "Escribiendo…",
  },
  fr: {
    assistant: "Assistant de commande automatique", shop: "Boutique", talk: "Messages", you: "Vous",
    say: "Votre message", hint: "Que désirez-vous ?", send: "Envoyer",
    welcome: "Commandez avec vos mots.", example: "Demandez, changez d’avis, retirez : rien n’est commandé avant votre oui.",
    starter: "Qu’y a-t-il à la carte ?", answers: "Réponses",
    order: "Votre commande", empty: "Rien pour l’instant.", one: "1 article", many: "{n} articles", each: "{price} l’unité",
    subtotal: "Sous-total", tax: "Taxes", total: "Total", banner: "Commande {code} : {state}",
    states: { new: "reçue", accepted: "en préparation", ready: "prête", completed: "terminée", cancelled: "annulée" },
    connecting: "Connexion…", reconnecting: "Reconnexion…", sending: "Envoi…", unsent: "Pas encore envoyé", retry: "Réessayer",
    newer: "Nouveaux messages", anew: "Ce n’est pas vous ? Nouvelle conversation", typing: "Écrit…",
  },
  de: {
    assistant: "Automatischer Bestellassistent", shop: "Laden", talk: "Nachrichten", you: "Sie",
    say: "Ihre Nachricht", hint: "Was darf es sein?", send: "Senden",
    welcome: "Bestellen Sie in Ihren eigenen Worten.", example: "Fragen, ändern, streichen: Bestellt wird erst, wenn Sie Ja sagen.",
    starter: "Was steht auf der Karte?", answers: "Antworten",
    order: "Ihre Bestellung", empty: "Noch nichts.", one: "1 Artikel", many: "{n} Artikel", each: "je {price}",
    subtotal: "Zwischensumme", tax: "Steuer", total: "Summe", banner: "Bestellung {code}: {state}",
    states: { new: "eingegangen", accepted: "in Arbeit", ready: "fertig", completed: "abgeschlossen", cancelled: "storniert" },
    connecting: "Verbinden…", reconnecting: "Neu verbinden…", sending: "Wird gesendet…", unsent: "Noch nicht gesendet", retry: "Nochmals",
    newer: "Neue Nachrichten", anew: "Nicht Sie? Neue Unterhaltung", typing: "Schreibt…",
  },
  ko: {
    assistant: "자동 주문 도우미", shop: "매장", talk: "메시지", you: "나",
    say: "메시지", hint: "무엇을 드릴까요?", send: "보내기",
    welcome: "편한 말로 주문하세요.", example: "묻고, 바꾸고, 빼도 됩니다. 확인하시기 전에는 주문되지 않습니다.",
    starter: "메뉴에 뭐가 있나요?", answers: "답변",
    order: "주문 내역", empty: "아직 비어 있습니다.", one: "1개", many: "{n}개", each: "개당 {price}",
    subtotal: "소계", tax: "세금", total: "합계", banner: "주문 {code}: {state}",
    states: { new: "접수됨", accepted: "준비 중", ready: "준비 완료", completed: "완료", cancelled: "취소됨" },
    connecting: "연결 중…", reconnecting: "다시 연결 중…", sending: "보내는 중…", unsent: "아직 보내지 못함", retry: "다시 시도",
    newer: "새 메시지", anew: "본인이 아니신가요? 새 대화", typing: "입력 중…",
  },
  ar: {
    assistant: "مساعد طلبات آلي", shop: "المتجر", talk: "الرسائل", you: "أنت",
    say: "رسالتك", hint: "ماذا تريد أن تطلب؟", send: "إرسال",
    welcome: "اطلب بكلماتك.", example: "اسأل أو غيّر رأيك أو احذف ما تشاء: لا يُطلب شيء قبل أن تقول نعم.",
    starter: "ماذا في القائمة؟", answers: "الإجابات",
    order: "طلبك", empty: "لا شيء بعد.", one: "صنف واحد", many: "الأصناف: {n}", each: "{price} للواحد",
    subtotal: "المجموع الفرعي", tax: "الضريبة", total: "المجموع", banner: "الطلب {code}: {state}",
    states: { new: "تم الاستلام", accepted: "قيد التحضير", ready: "جاهز", completed: "مكتمل", cancelled: "ملغى" },
    connecting: "جارٍ الاتصال…", reconnecting: "جارٍ إعادة الاتصال…", sending: "جارٍ الإرسال…", unsent: "لم تُرسل بعد", retry: "أعد المحاولة",
    newer: "رسائل جديدة", anew: "لست أنت؟ محادثة جديدة", typing: "يكتب…",
  },
};

const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);

/** The language of a locale: "pt_BR" and "pt-BR" give "pt". @param {string} locale */
const language = (locale) => locale.toLowerCase().split(/[-_]/)[0];

/** The words for a locale, English when there are none. @param {string} locale @returns {Words} */
export const words = (locale) => TABLE[language(locale)] ?? TABLE.en;

/** "rtl" or "ltr". @param {string} locale */
export const direction = (locale) => (RIGHT_TO_LEFT.has(language(locale)) ? "rtl" : "ltr");

/** Put values into "{name}" places. @param {string} text @param {Record<string, string | number>} values */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
