"""The one tree of errors. Each has a stable `code`; HTTP statuses and reply texts are tables at the edges.

ComandaError
├── InvalidInput          the caller sent something wrong: says what, where and what to do
│   ├── InvalidAmount     not a decimal amount of that currency
│   ├── CurrencyMismatch  two currencies in one sum
│   ├── Unbalanced        entries of the ledger that do not add up to zero
│   ├── InvalidMenu       a menu that breaks the format; carries every problem found
│   │   └── InvalidRecipes  the same of a recipe file
│   ├── InvalidLine       an order line that the menu does not allow
│   ├── InvalidAddress    an address that nobody could deliver to
│   └── InvalidSetting    a setting of the environment that cannot be used
├── NotFound              no such row for this merchant
├── Conflict              the state does not allow it now
│   ├── OutOfStock        fewer units left than asked for
│   ├── Unavailable       on the menu, but not sold now
│   ├── IllegalTransition an order cannot go from this state to that
│   ├── CartClosed        the cart became an order already
│   ├── PriceChanged      the total is not the one that was agreed to
│   ├── CartIncomplete    a required choice is missing
│   ├── ShopClosed        nothing is made now; says when again
│   ├── SlotTaken         no order more fits into that time
│   ├── OutsideArea       nobody delivers there
│   ├── BelowMinimum      too little for a delivery there
│   ├── TooLate           the kitchen or the policy does not allow it any more
│   ├── StaleOrder        the order was changed by somebody else meanwhile
│   ├── TooMuchRefunded   more would be given back than was paid
│   └── LeaseLost         another worker owns this work now
├── NotAllowed            signed in, but not permitted
│   ├── NotSignedIn       nobody is signed in, or the token is wrong or expired
│   │   └── WrongPassword no such login, or another password
│   └── StaleForm         a form without the session's own mark
└── TooMany               too often or too large
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.kernel.problems import Problem


class ComandaError(Exception):
    """Anything Comanda refuses to do, with a code and the values that explain it."""

    code: ClassVar[str] = "error"
    message: ClassVar[str] = "Something went wrong."

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.text)

    @property
    def text(self) -> str:
        """One sentence for a person: what is wrong, where, and what to do."""
        return self.message.format(**self.values) if self.values else self.message


class InvalidInput(ComandaError):
    """The caller sent something that cannot be accepted."""

    code = "invalid_input"
    message = "{field}: {problem}"


class InvalidAmount(InvalidInput):
    """Text that is not an exact amount of the currency."""

    code = "invalid_amount"
    message = "“{text}” is not an amount of {currency}: write it as a plain decimal number, like 3.80."


class CurrencyMismatch(InvalidInput):
    """Arithmetic over two currencies."""

    code = "currency_mismatch"
    message = "Amounts in {left} and {right} cannot be combined."


class Unbalanced(InvalidInput):
    """Entries that do not add up to zero; nothing was posted."""

    code = "unbalanced"
    message = "The entries of “{ref}” add up to {sum}, not to zero."


class InvalidMenu(InvalidInput):
    """A menu that breaks the format. `problems` has every one, warnings too."""

    code = "invalid_menu"
    message = "{source}: {count} to put right before this menu can be used. The first is at {place}: {problem} {fix}"

    def __init__(self, problems: Sequence[Problem], *, source: str = "menu") -> None:
        self.problems = tuple(problems)
        errors = [p for p in self.problems if p.severity == "error"] or list(self.problems)
        first = errors[0]
        super().__init__(source=source, count=len(errors), place=first.place, problem=first.message, fix=first.fix)


class InvalidRecipes(InvalidMenu):
    """A recipe file that breaks the format or does not fit the menu. `problems` has every one, warnings too."""

    code = "invalid_recipes"
    message = "{source}: {count} to put right before these can be used. The first is at {place}: {problem} {fix}"

    def __init__(self, problems: Sequence[Problem], *, source: str = "recipes") -> None:
        super().__init__(problems, source=source)


class InvalidLine(InvalidInput):
    """An order line that the menu does not allow."""

    code = "invalid_line"
    message = "{place}: {problem}"


class InvalidAddress(InvalidInput):
    """An address that lacks something, or that cannot be."""

    code = "invalid_address"


class InvalidSetting(InvalidInput):
    """A setting that cannot be used as it is."""

    code = "invalid_setting"
    message = "Setting {setting}: {problem}"


class NotFound(ComandaError):
    """No such row, or not one of this merchant's."""

    code = "not_found"
    message = "There is no {what} {key}."


class Conflict(ComandaError):
    """The present state does not allow the request."""

    code = "conflict"
    message = "{problem}"


class OutOfStock(Conflict):
    """Fewer units are left than were asked for."""

    code = "out_of_stock"
    message = "Only {left} of {item} left, {wanted} asked for."


class Unavailable(Conflict):
    """The item is on the menu but cannot be had now."""

    code = "unavailable"
    message = "{item} is not available now."


class IllegalTransition(Conflict):
    """The state machine has no such arrow."""

    code = "illegal_transition"
    message = "An order that is {state} cannot become {target}."


class CartClosed(Conflict):
    """The cart became an order; it cannot be changed any more."""

    code = "cart_closed"
    message = "This cart has been ordered already."


class PriceChanged(Conflict):
    """The cart costs something else than what the customer agreed to."""

    code = "price_changed"
    message = "The total is {now} now, not {expected}: ask again before ordering."


class CartIncomplete(Conflict):
    """Something required is missing before the order can be placed."""

    code = "cart_incomplete"
    message = "{problem}"


class ShopClosed(Conflict):
    """Orders for now are not taken; `opens_at` is the next opening (ISO 8601), None when there is none."""

    code = "shop_closed"
    message = "{problem}"


class SlotTaken(Conflict):
    """The time asked for cannot be had; `free` lists the next times that can (ISO 8601)."""

    code = "slot_taken"
    message = "{problem}"


class OutsideArea(Conflict):
    """No delivery zone holds the address."""

    code = "outside_area"
    message = "{problem}"


class BelowMinimum(Conflict):
    """The order comes to less than the delivery zone asks for."""

    code = "below_minimum"
    message = "Delivery to {zone} starts at {minimum}; this order comes to {total}."


class TooLate(Conflict):
    """The order is past the point up to which this was allowed."""

    code = "too_late"
    message = "{problem}"


class StaleOrder(Conflict):
    """The order is at another version than the one that was looked at."""

    code = "stale_order"
    message = "Order {code} was changed meanwhile (version {version}, not {expected}): look at it again first."


class TooMuchRefunded(Conflict):
    """A refund would exceed what was paid for the order or the line."""

    code = "too_much_refunded"
    message = "{problem}"


class LeaseLost(Conflict):
    """The work was taken over by another worker; nothing of ours was saved."""

    code = "lease_lost"
    message = "Work {work} was taken over by another worker."


class NotAllowed(ComandaError):
    """The role does not permit it."""

    code = "not_allowed"
    message = "This needs the permission to {action}."


class NotSignedIn(NotAllowed):
    """No valid session or token."""

    code = "not_signed_in"
    message = "Sign in first."


class WrongPassword(NotSignedIn):
    """The sign-in failed; the same for an unknown login, a wrong password and somebody who left."""

    code = "wrong_password"
    message = "The login or the password is wrong."


class StaleForm(NotAllowed):
    """A form was sent without the mark that ties it to the session: old, or sent by another site."""

    code = "stale_form"
    message = "This form is out of date: reload the page and try again. Nothing was changed."


class TooMany(ComandaError):
    """Too often, or too large."""

    code = "too_many"
    message = "{problem}"
