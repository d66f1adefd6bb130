"""Giving back: money of an order, whole, in part or by line, with or without the goods."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from core import catalogue, inventory, payments
from core.access import requires
from core.kernel import cards
from core.kernel.clock import now
from core.kernel.errors import Conflict, IllegalTransition, InvalidInput, NotFound
from core.kernel.ids import new_id
from core.kernel.text import clean
from core.orders import pricing_refunds, repository_returns, rules
from core.orders.events import OrderRefunded, ReturnRefused, ReturnRequested
from core.orders.service import books, splitting
from core.orders.service.carts import menu_now
from core.orders.service.progress import announce, held
from core.orders.views import ReturnView

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.kernel.money import Money
    from core.orders.lines import Line
    from core.orders.views import OrderView, ReturnState

_REF_LENGTH = 120
_REASON_LENGTH = 1000


@requires("orders.cancel")
def request_return(
    uow: UnitOfWork,
    merchant_id: str,
    order_id: str,
    *,
    lines: Mapping[str, int] | None = None,
    amount: Money | None = None,
    reason: str,
    ref: str,
) -> ReturnView:
    """Somebody asks for money back; a person decides. `ref` is your name for it: asked again, it is the first one.

    `lines` are units by order line, `amount` a sum; neither: all that is left.

    Raises:
        InvalidInput: more than is left of a line or of the order; no reason, or no ref.
        Conflict: the order was cancelled; or the ref stands for something else.
        NotFound: no such order of this shop, or no such line of it.
    """
    order = held(uow, merchant_id, order_id)
    asked, added = _asked(uow, order, lines, amount, reason=reason, ref=ref)
    if added:
        announce(uow, order, ReturnRequested, return_id=asked.id, reason=asked.reason)
    return asked


@requires("orders.refund")
def authorise_return(uow: UnitOfWork, merchant_id: str, return_id: str, *, restock: bool = False) -> ReturnView:
    """Give back what was asked for. Doing so again changes nothing.

    Raises:
        IllegalTransition: it was refused.
        InvalidInput: more was given back meanwhile than would leave this much.
        Conflict: the order was cancelled, or is being paid at this moment.
        NotFound: no such return of this shop.
    """
    order, asked = _held(uow, merchant_id, return_id)
    if asked.state == "refused":
        raise IllegalTransition(state=asked.state, target="done")
    return asked if asked.state == "done" else _settle(uow, order, asked, restock=restock)


@requires("orders.refund")
def refuse_return(uow: UnitOfWork, merchant_id: str, return_id: str, *, answer: str) -> ReturnView:
    """Give nothing back, and say why. Doing so again changes nothing.

    Raises:
        IllegalTransition: it was given back.
        InvalidInput: no answer.
        NotFound: no such return of this shop.
    """
    order, asked = _held(uow, merchant_id, return_id)
    if asked.state == "done":
        raise IllegalTransition(state=asked.state, target="refused")
    if asked.state == "refused":
        return asked
    said = cards.redacted(clean(answer, _REASON_LENGTH))
    if not said:
        raise InvalidInput(field="answer", problem="is empty: say why nothing goes back.")
    after = replace(asked, state="refused", answer=said, settled_at=now())
    repository_returns.save(uow.session, after)
    announce(uow, order, ReturnRefused, return_id=asked.id, answer=said)
    return after


@requires("orders.refund")
def refund_order(
    uow: UnitOfWork,
    merchant_id: str,
    order_id: str,
    *,
    lines: Mapping[str, int] | None = None,
    amount: Money | None = None,
    reason: str,
    ref: str,
    restock: bool = False,
) -> ReturnView:
    """Give back lines, an amount or all that is left, at once. `ref` is your name for it: again, it is the first one.

    A line gives back its own price, its own share of every discount and its own tax; the other lines stay as they are.
    What nobody has paid yet is asked for no more. With `restock` the goods can be sold again.

    Raises:
        InvalidInput: more than is left of a line or of the order; no reason, or no ref.
        Conflict: the order was cancelled or is being paid; or the ref stands for something else.
        NotFound: no such order of this shop, or no such line of it.
    """
    with uow.nested():
        order = held(uow, merchant_id, order_id)
        asked, _ = _asked(uow, order, lines, amount, reason=reason, ref=ref)
        if asked.state == "refused":
            raise IllegalTransition(state=asked.state, target="done")
        return asked if asked.state == "done" else _settle(uow, order, asked, restock=restock)


def returns_of(session: Session, merchant_id: str, order_id: str) -> tuple[ReturnView, ...]:
    """What was asked back of an order, the earliest first."""
    return repository_returns.of_order(session, merchant_id, order_id)


def returns(
    session: Session, merchant_id: str, *, state: ReturnState = "requested", limit: int = 100
) -> tuple[ReturnView, ...]:
    """What was asked back in a shop and is in this state, the earliest first."""
    return repository_returns.in_state(session, merchant_id, state=state, limit=limit)


def _asked(
    uow: UnitOfWork,
    order: OrderView,
    lines: Mapping[str, int] | None,
    amount: Money | None,
    *,
    reason: str,
    ref: str,
) -> tuple[ReturnView, bool]:
    """What is asked for under a ref, and whether it is new."""
    first = next(
        (r for r in repository_returns.of_order(uow.session, order.merchant_id, order.id) if r.ref == ref), None
    )
    if first is not None:
        if (first.lines, first.amount) != (dict(lines) if lines is not None else None, amount):
            raise Conflict(problem=f"The refund “{ref}” of order {order.code} was asked for before, of something else.")
        return first, False
    why = cards.redacted(clean(reason, _REASON_LENGTH))
    if not why:
        raise InvalidInput(field="reason", problem="is empty: say why it goes back.")
    if not 0 < len(ref) <= _REF_LENGTH:
        raise InvalidInput(field="ref", problem=f"must have 1 to {_REF_LENGTH} characters.")
    _check_order(order)
    # Asked in vain now rather than at the counter.
    pricing_refunds.refund_of(order, lines=lines, amount=amount, already=_already(uow.session, order))
    asked = ReturnView(
        id=new_id(),
        merchant_id=order.merchant_id,
        order_id=order.id,
        ref=ref,
        state="requested",
        reason=why,
        lines=dict(lines) if lines is not None else None,
        amount=amount,
        parts=None,
        restocked=False,
        answer="",
        requested_at=now(),
        settled_at=None,
    )
    repository_returns.add(uow.session, asked, order.total.currency)
    return asked, True


def _settle(uow: UnitOfWork, order: OrderView, asked: ReturnView, *, restock: bool) -> ReturnView:
    _check_order(order)
    already = _already(uow.session, order)
    parts = pricing_refunds.refund_of(order, lines=asked.lines, amount=asked.amount, already=already)
    after = replace(asked, state="done", parts=parts, restocked=restock, settled_at=now())
    repository_returns.save(uow.session, after)
    if restock:
        _restock(uow, order, after)
    books.refunded(uow, order, parts, ref=asked.ref)
    left = pricing_refunds.refundable(order, (*already, parts))
    payments.adjust(uow, order.merchant_id, order.id, left, ref=f"refund:{asked.ref}")
    announce(
        uow,
        order,
        OrderRefunded,
        return_id=asked.id,
        amount=parts.total.amount,
        currency=parts.total.currency,
        restocked=restock,
    )
    return after


def _restock(uow: UnitOfWork, order: OrderView, after: ReturnView) -> None:
    """What the units given back took from the stock is there again.

    Out of what left with the order, or else out of what the order still holds: then it keeps what the rest of it needs.
    """
    menu = menu_now(uow.session, order.merchant_id, order.location_id)
    book = catalogue.recipe_book(uow.session, order.merchant_id)
    if order.state == "completed":
        demand = rules.demand(menu, _lines(order, _units((after,))), book)
        inventory.take_back(uow, order.merchant_id, order.id, demand, reason="returned")
        return
    done = repository_returns.of_order(uow.session, order.merchant_id, order.id, state="done")
    gone = _units(r for r in done if r.restocked)
    left = {line.id: line.line.quantity - gone[line.id] for line in order.lines}
    if order.split:
        splitting.keep_only(uow, menu, order, left)
        return
    demand = rules.demand(menu, _lines(order, left), book)
    inventory.rearrange(uow, order.merchant_id, order.location_id, order.id, demand)


def _units(returns: Iterable[ReturnView]) -> Counter[str]:
    """Units given back, by order line."""
    units: Counter[str] = Counter()
    for view in returns:
        units.update({line.line_id: line.quantity for line in view.parts.lines} if view.parts else {})
    return units


def _lines(order: OrderView, units: Mapping[str, int]) -> list[Line]:
    return [line.line.with_quantity(units[line.id]) for line in order.lines if units.get(line.id, 0) > 0]


def _held(uow: UnitOfWork, merchant_id: str, return_id: str) -> tuple[OrderView, ReturnView]:
    found = repository_returns.by_id(uow.session, merchant_id, return_id)
    if found is None:
        raise NotFound(what="return", key=return_id)
    order = held(uow, merchant_id, found.order_id)
    # Read again: somebody may have decided while the order was waited for.
    return order, repository_returns.by_id(uow.session, merchant_id, return_id) or found


def _already(session: Session, order: OrderView) -> tuple[pricing_refunds.RefundParts, ...]:
    done = repository_returns.of_order(session, order.merchant_id, order.id, state="done")
    return tuple(r.parts for r in done if r.parts is not None)


def _check_order(order: OrderView) -> None:
    if order.state == "cancelled":
        raise Conflict(problem=f"Order {order.code} was cancelled: what was paid for it goes back already.")
