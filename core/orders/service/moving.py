"""Carts and orders that follow their customer from one conversation to another, or to another customer row.

Whoever calls has proof that both are one person: see `core.privacy`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.access import requires
from core.kernel.clock import now
from core.kernel.errors import CartClosed, NotFound
from core.orders import repository
from core.orders.events import CartChanged
from core.orders.lines import merged

if TYPE_CHECKING:
    from core.db.uow import UnitOfWork
    from core.orders.views import CartView


@requires("carts.change")
def move_cart(uow: UnitOfWork, merchant_id: str, cart_id: str, *, conversation_id: str, customer_id: str) -> CartView:
    """Let an open cart go on in another conversation; what was in that one's own cart is added to it.

    Raises:
        CartClosed: the cart was ordered or abandoned.
        NotFound: no such cart of this shop.
    """
    found = repository.cart(uow.session, merchant_id, cart_id, lock=True)
    if found is None:
        raise NotFound(what="cart", key=cart_id)
    if found.status != "open":
        raise CartClosed
    if found.conversation_id == conversation_id:
        return found
    before = found
    there = repository.open_cart(uow.session, merchant_id, conversation_id)
    if there is not None:
        found = _with(found, there)
        _save(uow, replace(there, status="abandoned", version=there.version + 1))
    repository.move_cart(uow.session, merchant_id, cart_id, conversation_id=conversation_id, customer_id=customer_id)
    moved = replace(found, conversation_id=conversation_id, customer_id=customer_id, version=found.version + 1)
    _save(uow, moved)
    uow.notify(f"conversation:{before.conversation_id}")
    return moved


@requires("carts.change")
def give_to(uow: UnitOfWork, merchant_id: str, conversation_id: str, customer_id: str) -> None:
    """The carts and orders of a conversation are this customer's."""
    repository.give_to(uow.session, merchant_id, conversation_id, customer_id)


def _with(cart: CartView, other: CartView) -> CartView:
    """A cart with the lines of another one beside its own; equal ones are one line."""
    if not other.lines:
        return cart
    lines = merged((*cart.lines, *other.lines))
    words = {line.unit: said for of in (other, cart) for line, said in zip(of.lines, of.causes, strict=False)}
    return replace(cart, lines=lines, causes=tuple(words.get(line.unit, ()) for line in lines))


def _save(uow: UnitOfWork, after: CartView) -> None:
    repository.save_cart(uow.session, after, now())
    uow.record(
        CartChanged(
            merchant_id=after.merchant_id,
            cart_id=after.id,
            conversation_id=after.conversation_id,
            version=after.version,
            status=after.status,
        )
    )
    uow.notify(f"conversation:{after.conversation_id}")
