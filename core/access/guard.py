"""The guard of service functions: permission, shop, place, and whose it is.

A use case that is permitted may use others for its work: placing an order reserves stock, though a customer may not
change the stock. So the permission is asked once, at the outermost guarded function; shop and place are asked at each.
"""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from core.access.permissions import ACTIONS, Permission
from core.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.access.actors import Actor

P = ParamSpec("P")
R = TypeVar("R")


class Acting(Protocol):
    """What a guarded function gets first: a unit of work that knows for whom it acts."""

    guarded: bool

    @property
    def actor(self) -> Actor:
        """For whom."""
        ...


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a service function be called by those with the permission, in their own shop and at their own places.

    The function takes the unit of work first. The shop and the place are its parameters `merchant_id` and
    `location_id`; one that has neither calls `within` itself once it knows them.
    """

    def guard(function: Callable[P, R]) -> Callable[P, R]:
        names = tuple(inspect.signature(function).parameters)
        merchant = names.index("merchant_id") if "merchant_id" in names else None
        location = names.index("location_id") if "location_id" in names else None

        @functools.wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            uow: Acting = args[0]  # type: ignore[assignment] # checked by the architecture test
            actor = uow.actor
            if actor.merchant_id is not None and merchant is not None:
                within(uow, _given(args, kwargs, merchant, "merchant_id"))
            if actor.location_ids is not None and location is not None:
                _at(actor, _given(args, kwargs, location, "location_id"))
            if uow.guarded:
                return function(*args, **kwargs)
            if permission not in actor.permissions:
                raise NotAllowed(action=ACTIONS[permission])
            uow.guarded = True
            try:
                return function(*args, **kwargs)
            finally:
                uow.guarded = False

        guarded.__permission__ = permission  # type: ignore[attr-defined] # read by `permission_of`
        return guarded

    return guard


def permission_of(function: Callable[..., object]) -> Permission | None:
    """What a function requires; None when nothing guards it."""
    return getattr(function, "__permission__", None)


def within(uow: Acting, merchant_id: object, location_id: object = None) -> None:
    """Go on only if the actor belongs to this shop and place; `location_id` None: no place in particular.

    Raises:
        NotAllowed: another shop, or a place that is not among theirs.
    """
    actor = uow.actor
    if actor.merchant_id is not None and actor.merchant_id != merchant_id:
        raise NotAllowed(action="act for this shop")
    if location_id is not None and actor.location_ids is not None:
        _at(actor, location_id)


def mine(uow: Acting, customer_id: str) -> None:
    """Go on only if the actor is this customer, or no customer at all.

    Raises:
        NotAllowed: it is another customer's.
    """
    if uow.actor.kind == "customer" and uow.actor.id != customer_id:
        raise NotAllowed(action="change what is another customer's")


def self_only(uow: Acting, staff_id: str) -> None:
    """Go on only if the actor is this person, or the program itself.

    Raises:
        NotAllowed: it is somebody else's.
    """
    if uow.actor.kind != "system" and uow.actor.id != staff_id:
        raise NotAllowed(action="act as somebody else")


def _at(actor: Actor, location_id: object) -> None:
    if location_id is not None and actor.location_ids is not None and location_id not in actor.location_ids:
        raise NotAllowed(action="act at this location")


def _given(args: tuple[object, ...], kwargs: dict[str, object], position: int, name: str) -> object:
    return args[position] if position < len(args) else kwargs.get(name)
