"""What the assistant knows of the shop while it answers one turn: frozen, read before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assistant.replies.speaker import Speaker
from assistant.replies.wording import sound
from core.catalogue import RecipeBook
from core.orders.pricing import TaxRule

if TYPE_CHECKING:
    from core.catalogue.menu import Menu
    from core.merchants.views import LocationView
    from core.orders.views import OrderView
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

    def speaker(self, language: str) -> Speaker:
        """Who says it: in the customer's language, and in the shop's own words where it has some."""
        return Speaker(language, self.menu.locale, sound(language, self.wordings.get(language, {})))

    @property
    def recipes(self) -> RecipeBook:
        """What everything is made of; without recipes, what the menu itself declares."""
        return self.book or RecipeBook(self.menu)

    @property
    def tax(self) -> TaxRule:
        """The sales tax of the place."""
        if self.location is None:
            return TaxRule(0, inclusive=True)
        return TaxRule(self.location.tax_rate_basis_points, self.location.prices_include_tax)
