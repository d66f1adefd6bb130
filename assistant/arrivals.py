"""What arrives that is no sentence: baskets filled elsewhere, points on a map, recordings, messages that were changed.

Each becomes what the dialogue can use; what it cannot use is said, never skipped. Prices in a basket are the
customer's copy of ours: they are compared, and never believed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from assistant.commands import Greet, SetAddress, SetFulfilment, SetName, SetNote
from core.kernel import cards
from core.kernel.text import clean
from core.merchants import Address
from core.orders.lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.dialogue.draft import Draft
    from core.catalogue.menu import Menu
    from core.messaging import InboundView

_MOST: Final = 50  # lines of a basket
_LONGEST: Final = 120
_DEGREE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line of a basket: our item or combo, its variation, how many, and the price that the customer was shown."""

    item: str
    variation: str | None
    quantity: int
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of the customer, whatever channel it came by. `choice` is the id of a pressed answer.

    `unsupported`: nothing of it can be used; `unread`: something beside the text cannot. `altered`: an earlier message
    that was answered already now says something else, or nothing. `late`: it was written long ago. `began`: the
    conversation was opened without a word.
    """

    text: str = ""
    choice: str = ""
    unsupported: bool = False
    unread: bool = False
    altered: bool = False
    late: bool = False
    began: bool = False
    basket: tuple[Wanted, ...] | None = None
    place: Address | None = None
    name: str = ""
    note: str = ""


def heard(messages: Sequence[InboundView]) -> list[Heard]:
    """What a turn has to answer, in order; empty when nothing of it wants an answer.

    A message that was changed or taken back before it was answered counts as it is now.
    """
    now = {m.external_id: m for m in messages if m.kind not in {"edit", "delete", "reaction"}}
    found: dict[str, Heard] = {key: _one(message) for key, message in now.items()}
    for message in messages:
        about = str(message.payload.get("to", ""))
        if message.kind == "edit" and about in now:
            found[about] = replace(_one(now[about]), text=_text(message))
        elif message.kind == "delete" and about in now:
            found.pop(about, None)
        elif message.kind in {"edit", "delete"}:
            found[message.external_id] = Heard(altered=True)
    return list(found.values())


def take(draft: Draft, messages: Iterable[Heard]) -> None:
    """Carry out what messages hold beside their words, and note what has to be said about it."""
    for message in messages:
        if message.basket is not None:
            _fill(draft, message.basket)
        if message.place is not None:
            _bring_to(draft, message.place)
        if message.name:
            draft.do(SetName(name=message.name, causes=(message.name,)))
        if message.note:
            draft.do(SetNote(note=message.note, causes=(message.note,)))
        if message.began:
            draft.do(Greet(what="hello"))
        draft.late |= message.late
        for news in ("altered", "unread"):
            if getattr(message, news):
                draft.tell(news)


def _one(message: InboundView) -> Heard:
    late = message.is_late
    text = _text(message)
    match message.kind:
        case "text":
            return Heard(text, late=late)
        case "choice":
            return Heard(text, str(message.payload.get("choice", "")), late=late)
        case "order":
            return _ordered(text, message.payload, late=late)
        case "location":
            place = _place(message.payload)
            return Heard(text, place=place, unsupported=place is None and not text, late=late)
        case "start":
            return Heard(text, began=not text, late=late)
        case _:
            # A caption is read; the picture is not.
            return Heard(text, unsupported=not text, unread=bool(text), late=late)


def _text(message: InboundView) -> str:
    # What was taken out is not for understanding: it is answered beside it.
    return message.text.replace(cards.REMOVED, " ").strip()


def _ordered(text: str, payload: dict[str, Any], *, late: bool) -> Heard:
    """A basket, or a form with one: what it says of name, place and notes is as good as said."""
    details = payload.get("details")
    said = {name: clean(str(value), _LONGEST) for name, value in details.items()} if isinstance(details, dict) else {}
    place = Address(said["address"]) if said.get("address") else None
    return Heard(
        text, basket=_basket(payload), late=late, place=place, name=said.get("name", ""), note=said.get("note", "")
    )


def _basket(payload: dict[str, Any]) -> tuple[Wanted, ...]:
    items = payload.get("items")
    rows = [row for row in items if isinstance(row, dict)][:_MOST] if isinstance(items, list) else []
    return tuple(_wanted(row) for row in rows)


def _wanted(row: dict[str, Any]) -> Wanted:
    item, _, variation = str(row.get("id", "")).partition("/")
    quantity, price = row.get("quantity"), row.get("price")
    return Wanted(
        item,
        variation or None,
        quantity if type(quantity) is int else 0,
        price if type(price) is int else None,
    )


def _place(payload: dict[str, Any]) -> Address | None:
    latitude, longitude = payload.get("latitude"), payload.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004 - degrees
        return None
    words = [clean(str(payload.get(name) or ""), _LONGEST) for name in ("name", "address")]
    street = ", ".join(dict.fromkeys(w for w in words if w)) or f"{latitude:.5f}, {longitude:.5f}"
    return Address(street[:_LONGEST], latitude=round(latitude * _DEGREE), longitude=round(longitude * _DEGREE))


def _fill(draft: Draft, basket: Iterable[Wanted]) -> None:
    """Put a basket into the cart at our prices; a line that we do not sell, or no longer at that price, is told."""
    for wanted in basket:
        draft.acts.add("order")
        line = Line(wanted.item, wanted.quantity, wanted.variation)
        name, price = _sold(draft.menu, wanted)
        if name is None:
            draft.tell("basket_unknown")
        elif draft.add(line, (name,)) and None not in {wanted.price, price} and wanted.price != price:
            draft.tell("basket_price", line)
    draft.close_clause()


def _sold(menu: Menu, wanted: Wanted) -> tuple[str | None, int | None]:
    """What a line of a basket is called and costs here, if its size is known; no name when it is not ours."""
    combo = menu.combos_by_id.get(wanted.item)
    if combo is not None and wanted.variation is None:
        return combo.name, combo.price.amount
    item = menu.items_by_id.get(wanted.item)
    if item is None:
        return None, None
    if wanted.variation is None:
        return item.name, None if item.variations else item.price.amount
    found = item.variation(wanted.variation)
    return (item.name, found.price.amount) if found is not None else (None, None)


def _bring_to(draft: Draft, place: Address) -> None:
    """A point on the map is where it is to be brought, where the shop delivers at all."""
    draft.acts.add("address")
    if draft.ways and "delivery" not in draft.ways:
        draft.tell("not_offered", value="delivery")
        return
    draft.do(SetAddress(address=place.street, causes=(place.street,)))
    draft.cart = replace(draft.cart, address=place)
    if draft.cart.fulfilment != "delivery":
        draft.do(SetFulfilment(fulfilment="delivery", causes=(place.street,)))
    if draft.question is not None and draft.question.kind == "address":
        draft.question = None
    draft.tell("address")
