"""The one tree of errors. Each has a stable `code`; HTTP statuses and reply texts are tables at the edges.

ComandaError
├── InvalidInput          the caller sent something wrong: says what, where and what to do
│   ├── InvalidAmount     not a decimal amount of that currency
│   ├── CurrencyMismatch  two currencies in one sum
│   ├── InvalidMenu       a menu that breaks the format; carries every problem found
│   ├── InvalidLine       an order line that the menu does not allow
│   └── InvalidSetting    a setting of the environment that cannot be used
├── NotFound              no such row for this merchant
├── Conflict              the state does not allow it now
│   ├── OutOfStock        fewer units left than asked for
│   ├── Unavailable       on the menu, but not sold now
│   ├── IllegalTransition an order cannot go from this state to that
│   ├── CartClosed        the cart became an order already
│   ├── CartIncomplete    a required choice is missing
│   └── LeaseLost         another worker owns this work now
├── NotAllowed            signed in, but not permitted
│   └── NotSignedIn       nobody is signed in, or the token is wrong or expired
└── TooMany               too often or too large
"""

from __future__ import annotations

from typing import ClassVar


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


class InvalidLine(InvalidInput):
    """An order line that the menu does not allow."""

    code = "invalid_line"
    message = "{place}: {problem}"


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


class CartIncomplete(Conflict):
    """Something required is missing before the order can be placed."""

    code = "cart_incomplete"
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


class TooMany(ComandaError):
    """Too often, or too large."""

    code = "too_many"
    message = "{problem}"
