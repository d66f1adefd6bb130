"""The few sentences that Telegram itself shows: notes on pressed buttons, why a payment cannot go on, and in groups."""

from __future__ import annotations

from typing import Final, Literal

Word = Literal["old", "again", "group", "unpayable", "changed", "gone", "not_yours", "describe", "short"]
FIRST: Final = "en"
# No text is longer than 200 characters (a note on a button); `short` 120.
WORDS: Final[dict[str, dict[Word, str]]] = {
    "en": {
        "old": "That button is from earlier. Please use the latest message, or write what you would like.",
        "again": "You have answered that already.",
        "group": "I take orders in private chats only. Please write to me directly.",
        "unpayable": "This order cannot be paid any more. Nothing was charged.",
        "changed": "The order costs another amount now. Nothing was charged; please ask for a new invoice.",
        "gone": "Something in this order has sold out. Nothing was charged.",
        "not_yours": "This invoice belongs to another customer. Nothing was charged.",
        "describe": "This is the automatic assistant of {shop}. Write what you would like to order.",
        "short": "Order at {shop}.",
    },
    "es": {
        "old": "Ese botón es de antes. Use el último mensaje o escriba lo que desea.",
        "again": "Ya ha respondido a eso.",
        "group": "Solo tomo pedidos en chats privados. Escríbame directamente, por favor.",
        "unpayable": "Este pedido ya no se puede pagar. No se ha cobrado nada.",
        "changed": "El importe del pedido ha cambiado. No se ha cobrado nada; pida una factura nueva.",
        "gone": "Algo de este pedido se ha agotado. No se ha cobrado nada.",
        "not_yours": "Esta factura es de otro cliente. No se ha cobrado nada.",
        "describe": "Este es el asistente automático de {shop}. Escriba lo que desea pedir.",
        "short": "Pida en {shop}.",
    },
    "fr": {
        "old": "Ce bouton date d'un message précédent. Utilisez le dernier message ou écrivez ce que vous voulez.",
        "again": "Vous avez déjà répondu.",
        "group": "Je prends les commandes en conversation privée seulement. Écrivez-moi directement.",
        "unpayable": "Cette commande ne peut plus être payée. Rien n'a été débité.",
        "changed": "Le montant de la commande a changé. Rien n'a été débité ; demandez une nouvelle facture.",
        "gone": "Un article de cette commande est épuisé. Rien n'a été débité.",
        "not_yours": "Cette facture est celle d'un autre client. Rien n'a été débité.",
        "describe": "Voici l'assistant automatique de {shop}. Écrivez ce que vous voulez commander.",
        "short": "Commandez chez {shop}.",
    },
    "de": {
        "old": "Diese Taste gehört zu einer früheren Nachricht. Bitte nehmen Sie die letzte oder schreiben Sie.",
        "again": "Das haben Sie schon beantwortet.",
        "group": "Ich nehme Bestellungen nur im privaten Chat an. Bitte schreiben Sie mir direkt.",
        "unpayable": "Diese Bestellung kann nicht mehr bezahlt werden. Es wurde nichts abgebucht.",
        "changed": "Die Bestellung kostet jetzt etwas anderes. Es wurde nichts abgebucht.",
        "gone": "Etwas aus dieser Bestellung ist ausverkauft. Es wurde nichts abgebucht.",
        "not_yours": "Diese Rechnung gehört jemand anderem. Es wurde nichts abgebucht.",
        "describe": "Hier antwortet der automatische Assistent von {shop}. Schreiben Sie, was Sie bestellen möchten.",
        "short": "Bestellen bei {shop}.",
    },
    "ar": {
        "old": "هذا الزر من رسالة سابقة. استخدم آخر رسالة أو اكتب ما تريد.",
        "again": "لقد أجبت عن ذلك من قبل.",
        "group": "أستقبل الطلبات في المحادثات الخاصة فقط. راسلني مباشرة من فضلك.",
        "unpayable": "لم يعد من الممكن دفع هذا الطلب. لم يُخصم أي مبلغ.",
        "changed": "تغيّر مبلغ الطلب. لم يُخصم أي مبلغ؛ اطلب فاتورة جديدة.",
        "gone": "نفد شيء من هذا الطلب. لم يُخصم أي مبلغ.",
        "not_yours": "هذه الفاتورة لعميل آخر. لم يُخصم أي مبلغ.",
        "describe": "هذا هو المساعد الآلي لـ {shop}. اكتب ما تريد أن تطلبه.",
        "short": "اطلب من {shop}.",
    },
    "ko": {
        "old": "이전 메시지의 버튼입니다. 마지막 메시지의 버튼을 누르거나 원하시는 것을 적어 주세요.",
        "again": "이미 답하셨습니다.",
        "group": "주문은 개인 대화에서만 받습니다. 저에게 직접 메시지를 보내 주세요.",
        "unpayable": "이 주문은 더 이상 결제할 수 없습니다. 청구된 금액은 없습니다.",
        "changed": "주문 금액이 바뀌었습니다. 청구된 금액은 없습니다. 새 청구서를 요청해 주세요.",
        "gone": "주문하신 상품 중 품절된 것이 있습니다. 청구된 금액은 없습니다.",
        "not_yours": "다른 고객의 청구서입니다. 청구된 금액은 없습니다.",
        "describe": "{shop}의 자동 주문 도우미입니다. 주문하실 것을 적어 주세요.",
        "short": "{shop}에 주문하세요.",
    },
}


def say(word: Word, locale: str) -> str:
    """The sentence in the language of a locale, or in English."""
    return WORDS.get(locale.partition("-")[0].lower(), WORDS[FIRST])[word]
