"""Every role at every guarded door: whoever may not is refused, and nothing is written."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from core import access, catalogue, customers, inventory, kitchen, merchants, messaging, orders, staff
from core.access import ALLOWED, ROLES, SYSTEM, Actor, of_customer, of_provider, of_staff
from core.db.schema import metadata
from core.kernel.errors import NotAllowed
from core.messaging import Content, Envelope
from tests.architecture.test_access import FREE, changing

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.access import Role
    from core.db.session import Database
    from core.db.uow import UnitOfWork

DOORS = {name: function for name, function in changing().items() if name not in FREE}


@pytest.fixture
def shops(sqlite_url: str) -> Database:
    from core.db.session import Database  # noqa: PLC0415

    return Database(sqlite_url)


def _rows(database: Database) -> dict[str, int]:
    with database.read() as session:
        tables = metadata().tables
        return {name: session.scalar(select(func.count()).select_from(t)) or 0 for name, t in tables.items()}


def _knock(uow: UnitOfWork, door: Callable[..., object], merchant_id: str = "m1") -> None:
    """Call a function with what its parameters need at least: the guard is asked before anything is looked at."""
    given: dict[str, object] = {"merchant_id": merchant_id}
    parameters = list(inspect.signature(door).parameters.values())[1:]
    door(uow, **{p.name: given.get(p.name) for p in parameters if p.default is inspect.Parameter.empty})


def _may(actor: Actor, door: Callable[..., object]) -> bool:
    permission = access.permission_of(door)
    assert permission is not None
    return actor.may(permission)


ACTORS: dict[str, Actor] = {role: of_staff("m1", "s1", role) for role in ROLES} | {
    "customer": of_customer("m1", "c1"),
    "provider": of_provider("stripe", "m1"),
    "nobody": Actor("staff", "s2", "m1"),
}


@pytest.mark.parametrize("who", ACTORS)
def test_whoever_may_not_is_refused_at_each_door_and_writes_nothing(who: str, shops: Database) -> None:
    actor = ACTORS[who]
    before, refused = _rows(shops), set()
    for name, door in DOORS.items():
        if not _may(actor, door):
            with shops.begin(actor) as uow, pytest.raises(NotAllowed):
                _knock(uow, door)
            refused.add(name)
    assert refused == {name for name, door in DOORS.items() if not _may(actor, door)}
    assert len(refused) >= (1 if who == "owner" else 5)
    assert _rows(shops) == before
    shops.close()


def test_nobody_acts_for_another_shop(shops: Database) -> None:
    for actor in ACTORS.values():
        everything = replace(actor, permissions=SYSTEM.permissions)
        for door in DOORS.values():
            if "merchant_id" in inspect.signature(door).parameters:
                with shops.begin(everything) as uow, pytest.raises(NotAllowed) as refused:
                    _knock(uow, door, "m2")
                assert refused.value.text == "This needs the permission to act for this shop."
    shops.close()


def test_control_without_the_guard_a_kitchen_hand_sets_the_hours(database: Database) -> None:
    shop, (north, _) = _shop(database)
    cook, always = of_staff(shop, "s1", "kitchen"), [merchants.OpeningHours(0, "00:00", "23:59")]
    with database.begin(cook) as uow, pytest.raises(NotAllowed):
        merchants.set_hours(uow, shop, north, always)
    with database.read() as session:
        assert merchants.location(session, shop, north).hours == ()
    with database.begin(cook) as uow:
        inspect.unwrap(merchants.set_hours)(uow, shop, north, always)
    with database.read() as session:
        assert merchants.location(session, shop, north).hours == tuple(always)


def _shop(database: Database) -> tuple[str, tuple[str, ...]]:
    with database.begin() as uow:
        made = merchants.create_merchant(uow, name="Juniper", slug="juniper", currency="USD", locale="en")
        places = [merchants.add_location(uow, made.id, name=name).id for name in ("North", "South")]
    return made.id, tuple(places)


def test_staff_bound_to_a_place_act_there_only(database: Database) -> None:
    shop, (north, south) = _shop(database)
    with database.begin() as uow:
        bo = staff.add_member(
            uow, shop, name="Bo", login="bo", password="a long enough word", role="manager", location_ids=[north]
        )
    assert bo.actor.location_ids == frozenset({north})
    with database.begin(bo.actor) as uow:
        inventory.receive(uow, shop, north, "tea", 3, reason="came")
        with pytest.raises(NotAllowed):
            inventory.receive(uow, shop, south, "tea", 3, reason="came")
    with database.begin() as uow:
        assert inventory.level(uow.session, shop, south, "tea") is None
        assert staff.set_locations(uow, shop, bo.id, ()).location_ids == ()
    with database.begin(replace(bo, location_ids=()).actor) as uow:
        inventory.receive(uow, shop, south, "tea", 3, reason="came")


def test_a_customer_touches_only_what_is_theirs(database: Database) -> None:
    shop, (north, _) = _shop(database)
    carts, people = [], []
    for name in ("ana", "bo"):
        said = Envelope(channel="post", account="a", external_id=name, sender=name, kind="text", text="hi")
        with database.begin(of_provider("post", shop)) as uow:
            received = messaging.receive(uow, shop, said)
        with database.read() as session:
            about = messaging.conversation(session, shop, received.conversation_id)
        with database.begin(of_customer(shop, about.customer_id)) as uow:
            carts.append(orders.open_cart(uow, shop, north, about.customer_id, about.id))
        people.append(about)
    ana, bo = (of_customer(shop, p.customer_id) for p in people)
    with database.begin(bo) as uow:
        for attempt in (
            lambda: orders.set_details(uow, shop, carts[0].id, note="mine"),
            lambda: orders.abandon_cart(uow, shop, carts[0].id),
            lambda: orders.place_order(uow, shop, carts[0].id),
            lambda: orders.open_cart(uow, shop, north, people[0].customer_id, people[0].id),
            lambda: customers.set_name(uow, shop, people[0].customer_id, "Eve"),
            lambda: messaging.set_owner(uow, people[0].id, "agent"),
            lambda: messaging.say(uow, people[0].id, Content("hello"), ref="x"),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    with database.begin(ana) as uow:
        assert orders.abandon_cart(uow, shop, carts[0].id).status == "abandoned"
        assert orders.cart(uow.session, shop, carts[1].id).status == "open"


def test_a_permitted_use_case_may_use_others_and_no_longer(database: Database) -> None:
    shop, (north, _) = _shop(database)
    ana = of_customer(shop, "c1")

    @access.requires("orders.place")
    def order(uow: UnitOfWork, merchant_id: str) -> None:
        inventory.receive(uow, merchant_id, north, "tea", 3, reason="came")

    with database.begin(ana) as uow:
        order(uow, shop)
        with pytest.raises(NotAllowed):
            inventory.receive(uow, shop, north, "tea", 3, reason="came")


@pytest.mark.parametrize("role", ROLES)
def test_no_role_has_what_is_the_programs_alone(role: Role) -> None:
    assert not ALLOWED[role] & {"shop.create", "sessions.open", "conversations.turn", "payments.report"}


def test_the_doors_are_of_every_module() -> None:
    modules = {name.rpartition(".")[0] for name in DOORS}
    named = (catalogue, customers, inventory, kitchen, merchants, messaging, orders, staff)
    assert {m.__name__ for m in named} <= modules
