"""What the assistant knows of the shop while it answers one turn: frozen, read before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assistant.replies.speaker import Speaker
from assistant.replies.wording import sound
from core.catalogue import RecipeBook
from core.orders import pricing
from core.orders.pricing import TaxRule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.catalogue import LotFacts
    from core.catalogue.menu import Menu
    from core.merchants import Zone
    from core.merchants.views import LocationView
    from core.orders.lines import Line
    from core.orders.pricing import Quote
    from core.orders.views import CartView, OrderView, TrackingView
    from core.payments import PaymentView
    from core.wordings import Wordings

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shop:
    """The menu, the place, the customer's latest order, and the rows that a reply may print values of."""

    menu: Menu
    merchant_id: str = ""
    name: str = ""
    location: LocationView | None = None
    order: OrderView | None = None
    cart_id: str = ""
    inbound_id: str = ""
    conversation_id: str = ""
    at: datetime = _NEVER
    wordings: Wordings = field(default_factory=dict)
    book: RecipeBook | None = None
    stored: CartView | None = None
    # What suppliers declared of the lots that the place has, by item.
    lots: Mapping[str, Sequence[LotFacts]] = field(default_factory=dict)
    zones: tuple[Zone, ...] = ()
    tracking: TrackingView | None = None
    payment: PaymentView | None = None

    @property
    def zoned(self) -> bool:
        """Whether an address is needed to know whether it is delivered there."""
        return bool(self.zones)

    def speaker(self, language: str) -> Speaker:
        """Who says it: in the customer's language, and in the shop's own words where it has some."""
        return Speaker(language, self.menu.locale, sound(language, self.wordings.get(language, {})))

    @property
    def recipes(self) -> RecipeBook:
        """What everything is made of; without recipes, what the menu itself declares."""
        return self.book or RecipeBook(self.menu)

    def quote(self, lines: Sequence[Line], fulfilment: str | None) -> Quote:
        """What these lines cost, handed over in this way, with what the place adds and the stored cart has beside."""
        place, stored = self.location, self.stored
        if place is None:
            return pricing.quote(self.menu, lines, tax=TaxRule(0, inclusive=True))
        return pricing.quote(
            self.menu,
            lines,
            tax=pricing.tax_rule(place),
            discounts=stored.discounts if stored else (),
            tip=stored.tip if stored else None,
            service_charge=place.charging.service_charge,
            delivery_fee=stored.delivery_fee if stored else None,
            fulfilment=fulfilment,
        )
