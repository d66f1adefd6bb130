"""What the pages of payments say, in six languages, and amounts as each language writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.kernel.money import Money

LANGUAGES: Final = ("en", "es", "fr", "de", "ko", "ar")
_FROM_RIGHT: Final = frozenset({"ar"})

_EN: Final = {
    "order": "Order {code}",
    "pay": "Pay {price}",
    "paid": "Paid. Thank you!",
    "given_back": "Paid, and given back.",
    "confirming": "Your payment is being confirmed. This page will tell you.",
    "counter": "Please pay at the counter.",
    "not_yet": "It is not paid yet. If you have just paid, this page will tell you in a moment.",
    "preparing": "One moment: the payment page is being prepared.",
    "late_back": "This payment came too late. It has been given back.",
    "late_going": "This payment came too late. It is being given back.",
    "nothing": "Nothing is to be paid by this link any more.",
    "gone_title": "This link does not lead to a payment",
    "gone": "It may be incomplete, or the time to pay is over. Ask for a new one in the chat. Nothing was paid.",
    "test_title": "Test payment",
    "test": "Test mode: no real money moves",
    "test_card": "Test mode: no real money moves. Enter no card.",
    "choose": "Choose what the pretended bank says.",
    "disputed": "In dispute: decide how it ends.",
    "lost": "Disputed, and lost.",
    "approve": "Pay {price}",
    "decline": "Decline the card",
    "delay": "Pay, confirmed 20 seconds later",
    "dispute": "Dispute this payment",
    "win": "Decide for the shop",
    "lose": "Decide for the customer",
    "not_now": "That cannot be done now: this is how the payment stands.",
    "declined": "The payment was declined. Nothing was paid; try again.",
}
_ES: Final = {
    "order": "Pedido {code}",
    "pay": "Pagar {price}",
    "paid": "Pagado. ¡Gracias!",
    "given_back": "Pagado y devuelto.",
    "confirming": "Su pago se está confirmando. Esta página le avisará.",
    "counter": "Pague en el mostrador, por favor.",
    "not_yet": "Todavía no está pagado. Si acaba de pagar, esta página le avisará en un momento.",
    "preparing": "Un momento: se está preparando la página de pago.",
    "late_back": "Este pago llegó demasiado tarde. Se ha devuelto.",
    "late_going": "Este pago llegó demasiado tarde. Se está devolviendo.",
    "nothing": "Con este enlace ya no hay nada que pagar.",
    "gone_title": "Este enlace no lleva a ningún pago",
    "gone": "Puede que esté incompleto o que el plazo haya terminado. Pida otro en el chat. No se pagó nada.",
    "test_title": "Pago de prueba",
    "test": "Modo de prueba: no se mueve dinero real",
    "test_card": "Modo de prueba: no se mueve dinero real. No introduzca ninguna tarjeta.",
    "choose": "Elija lo que dice el banco ficticio.",
    "disputed": "En disputa: decida cómo termina.",
    "lost": "Disputado y perdido.",
    "approve": "Pagar {price}",
    "decline": "Rechazar la tarjeta",
    "delay": "Pagar, confirmado 20 segundos después",
    "dispute": "Disputar este pago",
    "win": "Decidir a favor de la tienda",
    "lose": "Decidir a favor del cliente",
    "not_now": "Eso no se puede hacer ahora: así está el pago.",
    "declined": "El pago fue rechazado. No se pagó nada; inténtelo de nuevo.",
}
_FR: Final = {
    "order": "Commande {code}",
    "pay": "Payer {price}",
    "paid": "Payé. Merci !",
    "given_back": "Payé, puis remboursé.",
    "confirming": "Votre paiement est en cours de confirmation. Cette page vous le dira.",
    "counter": "Veuillez payer au comptoir.",
    "not_yet": "Ce n’est pas encore payé. Si vous venez de payer, cette page vous le dira dans un instant.",
    "preparing": "Un instant : la page de paiement se prépare.",
    "late_back": "Ce paiement est arrivé trop tard. Il a été remboursé.",
    "late_going": "Ce paiement est arrivé trop tard. Il est en cours de remboursement.",
    "nothing": "Il n’y a plus rien à payer avec ce lien.",
    "gone_title": "Ce lien ne mène à aucun paiement",
    "gone": "Il est peut-être incomplet, ou le délai est passé. Demandez-en un autre dans le chat. Rien n’a été payé.",
    "test_title": "Paiement d’essai",
    "test": "Mode d’essai : aucun argent réel ne circule",
    "test_card": "Mode d’essai : aucun argent réel ne circule. N’entrez aucune carte.",
    "choose": "Choisissez ce que dit la banque fictive.",
    "disputed": "En litige : décidez de l’issue.",
    "lost": "Contesté, et perdu.",
    "approve": "Payer {price}",
    "decline": "Refuser la carte",
    "delay": "Payer, confirmé 20 secondes plus tard",
    "dispute": "Contester ce paiement",
    "win": "Trancher pour le commerce",
    "lose": "Trancher pour le client",
    "not_now": "Ce n’est pas possible maintenant : voici où en est le paiement.",
    "declined": "Le paiement a été refusé. Rien n’a été payé ; réessayez.",
}
_DE: Final = {
    "order": "Bestellung {code}",
    "pay": "{price} bezahlen",
    "paid": "Bezahlt. Vielen Dank!",
    "given_back": "Bezahlt und zurückgezahlt.",
    "confirming": "Ihre Zahlung wird bestätigt. Diese Seite sagt es Ihnen.",
    "counter": "Bitte zahlen Sie an der Theke.",
    "not_yet": "Es ist noch nicht bezahlt. Falls Sie gerade bezahlt haben, sagt es Ihnen diese Seite gleich.",
    "preparing": "Einen Moment: Die Zahlungsseite wird vorbereitet.",
    "late_back": "Diese Zahlung kam zu spät. Sie wurde zurückgezahlt.",
    "late_going": "Diese Zahlung kam zu spät. Sie wird zurückgezahlt.",
    "nothing": "Über diesen Link ist nichts mehr zu bezahlen.",
    "gone_title": "Dieser Link führt zu keiner Zahlung",
    "gone": "Er ist vielleicht unvollständig, oder die Zeit ist abgelaufen. Bitten Sie im Chat um einen neuen. "
    "Es wurde nichts bezahlt.",
    "test_title": "Testzahlung",
    "test": "Testbetrieb: Es fließt kein echtes Geld",
    "test_card": "Testbetrieb: Es fließt kein echtes Geld. Geben Sie keine Karte ein.",
    "choose": "Wählen Sie, was die gespielte Bank sagt.",
    "disputed": "Angefochten: Entscheiden Sie, wie es ausgeht.",
    "lost": "Angefochten und verloren.",
    "approve": "{price} bezahlen",
    "decline": "Karte ablehnen",
    "delay": "Bezahlen, 20 Sekunden später bestätigt",
    "dispute": "Diese Zahlung anfechten",
    "win": "Für den Laden entscheiden",
    "lose": "Für den Kunden entscheiden",
    "not_now": "Das geht jetzt nicht: So steht es um die Zahlung.",
    "declined": "Die Zahlung wurde abgelehnt. Es wurde nichts bezahlt; versuchen Sie es noch einmal.",
}
_KO: Final = {
    "order": "주문 {code}",
    "pay": "{price} 결제하기",
    "paid": "결제되었습니다. 감사합니다!",
    "given_back": "결제 후 환불되었습니다.",
    "confirming": "결제를 확인하고 있습니다. 이 페이지에서 알려 드립니다.",
    "counter": "카운터에서 결제해 주세요.",
    "not_yet": "아직 결제되지 않았습니다. 방금 결제하셨다면 이 페이지에서 곧 알려 드립니다.",
    "preparing": "잠시만 기다려 주세요. 결제 페이지를 준비하고 있습니다.",
    "late_back": "결제가 너무 늦게 들어와 환불되었습니다.",
    "late_going": "결제가 너무 늦게 들어와 환불하고 있습니다.",
    "nothing": "이 링크로는 더 이상 결제할 것이 없습니다.",
    "gone_title": "결제로 연결되지 않는 링크입니다",
    "gone": "링크가 잘렸거나 결제 시간이 지났을 수 있습니다. 채팅에서 새 링크를 요청해 주세요. 결제된 금액은 없습니다.",
    "test_title": "테스트 결제",
    "test": "테스트 모드: 실제 돈은 오가지 않습니다",
    "test_card": "테스트 모드: 실제 돈은 오가지 않습니다. 카드 번호를 입력하지 마세요.",
    "choose": "가상 은행의 응답을 선택하세요.",
    "disputed": "이의 제기 중: 결과를 정하세요.",
    "lost": "이의가 받아들여져 돈을 잃었습니다.",
    "approve": "{price} 결제하기",
    "decline": "카드 거절",
    "delay": "결제하고 20초 뒤 확인",
    "dispute": "이 결제에 이의 제기",
    "win": "가게 편으로 결정",
    "lose": "고객 편으로 결정",
    "not_now": "지금은 할 수 없습니다. 현재 결제 상태는 다음과 같습니다.",
    "declined": "결제가 거절되었습니다. 결제된 금액은 없으니 다시 시도해 주세요.",
}
_AR: Final = {
    "order": "الطلب {code}",
    "pay": "ادفع {price}",
    "paid": "تم الدفع. شكرًا لك!",
    "given_back": "تم الدفع ثم أُعيد المبلغ.",
    "confirming": "يجري تأكيد دفعتك. ستخبرك هذه الصفحة.",
    "counter": "يُرجى الدفع عند الكاونتر.",
    "not_yet": "لم يُدفع بعد. إذا كنت قد دفعت للتو فستخبرك هذه الصفحة بعد لحظات.",
    "preparing": "لحظة من فضلك: يجري تحضير صفحة الدفع.",
    "late_back": "وصلت هذه الدفعة متأخرة وقد أُعيدت.",
    "late_going": "وصلت هذه الدفعة متأخرة وتجري إعادتها.",
    "nothing": "لم يعد هناك ما يُدفع بهذا الرابط.",
    "gone_title": "هذا الرابط لا يقود إلى أي دفعة",
    "gone": "ربما كان ناقصًا أو انتهت مهلة الدفع. اطلب رابطًا جديدًا في المحادثة. لم يُدفع أي شيء.",
    "test_title": "دفعة تجريبية",
    "test": "وضع التجربة: لا تتحرك أموال حقيقية",
    "test_card": "وضع التجربة: لا تتحرك أموال حقيقية. لا تُدخل أي بطاقة.",
    "choose": "اختر ما يقوله البنك الافتراضي.",
    "disputed": "قيد الاعتراض: قرر كيف ينتهي.",
    "lost": "تم الاعتراض عليها وخُسرت.",
    "approve": "ادفع {price}",
    "decline": "رفض البطاقة",
    "delay": "ادفع، مع تأكيد بعد 20 ثانية",
    "dispute": "الاعتراض على هذه الدفعة",
    "win": "القرار لصالح المتجر",
    "lose": "القرار لصالح العميل",
    "not_now": "لا يمكن ذلك الآن: هذه حالة الدفعة.",
    "declined": "رُفضت الدفعة. لم يُدفع أي شيء؛ حاول مرة أخرى.",
}
WORDS: Final[Mapping[str, Mapping[str, str]]] = {"en": _EN, "es": _ES, "fr": _FR, "de": _DE, "ko": _KO, "ar": _AR}


def language_of(*tags: str) -> str:
    """The first of these language tags that the pages speak; English when none is."""
    found = (tag.replace("_", "-").partition("-")[0].casefold() for tag in tags if tag)
    return next((language for language in found if language in WORDS), LANGUAGES[0])


def accepted(header: str) -> tuple[str, ...]:
    """The languages of an Accept-Language header, the one that is liked best first."""
    liked: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:500].split(",")):
        tag, _, quality = part.partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        if tag.strip() and weight > 0:
            liked.append((-weight, place, tag.strip()))
    return tuple(tag for _, _, tag in sorted(liked))


def direction(language: str) -> str:
    """Where a language's lines begin: "ltr" or "rtl"."""
    return "rtl" if language in _FROM_RIGHT else "ltr"


def written(amount: Money, language: str, shop_locale: str) -> str:
    """An amount as the language writes it; as the shop's country does where that is the shop's own language."""
    own = shop_locale.replace("-", "_")
    for tag in (own, language) if own.partition("_")[0] == language else (language,):
        try:
            return format_currency(amount.decimal(), amount.currency, locale=Locale.parse(tag))
        except (ValueError, UnknownLocaleError):
            continue
    return str(amount)
