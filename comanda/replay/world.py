"""A shop as a stored turn saw it, in a temporary database: the same menu, place, clock and orders, one world a time."""

from __future__ import annotations

import itertools
import json
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.engine import Assistant
from assistant.execution import CartValue
from assistant.record import cart_json, gone_json, place_json
from assistant.turn import take_open_turn
from comanda.converse import unsafe_but_fast
from core import catalogue, inventory, merchants, messaging, orders
from core.db.schema import upgrade
from core.db.session import Database
from core.kernel import clock
from core.kernel.errors import ComandaError
from core.kernel.money import Money
from core.merchants.zones import area_from_json
from core.messaging.envelope import Envelope
from core.orders.lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assistant.ports import Inquiry
    from core.catalogue.menu import Menu
    from core.db.session import Session
    from core.db.uow import UnitOfWork
    from core.messaging.views import ConversationView, InboundView, TurnView

# The menu of a version: with the prices and times that held at a place at a moment.
MenuOf = Callable[[str, str | None, datetime | None], "Menu"]
_EMPTY = cart_json(CartValue())
_PLENTY = 1_000_000  # units on hand of what ran out once and has not now
_PATHS: Mapping[str, tuple[str, ...]] = {
    "accepted": ("accepted",),
    "ready": ("accepted", "ready"),
    "completed": ("accepted", "ready", "completed"),
    "cancelled": ("cancelled",),
}


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation as it was: what the customer said, and the turns that answered it."""

    about: ConversationView
    said: tuple[InboundView, ...]
    turns: tuple[TurnView, ...]


@dataclass(slots=True)
class _Shop:
    """A shop of the temporary database, and what is in force there."""

    merchant_id: str
    location_id: str
    menu: Menu | None = None
    gone: frozenset[object] = frozenset()
    short: set[str] = field(default_factory=set)


def read_stored(session: Session, about: ConversationView) -> Stored:
    """Everything that running a conversation again needs."""
    return Stored(about, messaging.answered(session, about.id), messaging.turns(session, about.id))


@contextmanager
def world(menu_of: MenuOf, shop: World.Shop) -> Iterator[World]:
    """An empty world in a database that is thrown away; `menu_of` gives the menu of a version, a place and a moment."""
    with tempfile.TemporaryDirectory(prefix="comanda-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'replay.db'}")
        try:
            unsafe_but_fast(database)
            upgrade(database)
            yield World(database, Recorded(), menu_of, shop)
        finally:
            database.close()


class Stumbled(Exception):
    """A conversation that cannot be run to its end now: the number of the turn that failed, and why."""

    def __init__(self, turn: int, why: str) -> None:
        self.turn = turn
        self.why = why
        super().__init__(f"turn {turn}: {why}")


@dataclass(frozen=True, slots=True)
class _Guessed:
    """What the classifier said in a stored turn."""

    topic: str
    confidence: float


class Recorded:
    """Stands in for the models: answers what they answered in the turn that is run again."""

    def __init__(self) -> None:
        self._answer: object | None = None
        self._guess: _Guessed | None = None

    def listen(self, turn: TurnView) -> None:
        """Take the answers that this turn recorded, if any."""
        clauses = turn.trace.get("clauses", ())
        self._answer = next((c.get("proposal") for c in clauses if c.get("by") == "model"), None)
        guesses = (c for c in clauses if c.get("by") == "classifier")
        self._guess = next((_Guessed(c["act"], float(c.get("sure", 1))) for c in guesses), None)

    def classify(self, text: str, language: str) -> _Guessed | None:  # noqa: ARG002 - a port of the assistant
        """What was guessed then."""
        return self._guess

    def propose(self, inquiry: Inquiry) -> object | None:  # noqa: ARG002 - a port of the assistant
        """What was answered then."""
        return self._answer


class World:
    """Runs stored conversations again, each in one transaction: nobody else is there to wait for it."""

    @dataclass(frozen=True, slots=True)
    class Shop:
        """The shop as it is now: used where a turn of an earlier version did not write down what it saw."""

        name: str
        locale: str
        place: dict[str, Any]

    def __init__(self, database: Database, recorded: Recorded, menu_of: MenuOf, shop: World.Shop) -> None:
        self._database = database
        self._recorded = recorded
        self._assistant = Assistant(proposer=recorded, classifier=recorded)
        self._menu_of = menu_of
        self._now = shop
        self._shops: dict[str, _Shop] = {}
        self._numbers = itertools.count()

    def run(self, stored: Stored) -> tuple[TurnView, ...]:
        """The turns of a conversation, taken again in order, with the same messages in each.

        Raises:
            Stumbled: a turn fails; nothing of the conversation is left here.
        """
        at = [0]
        try:
            return self._run(stored, at)
        except Exception as error:
            self._shops.clear()  # what is in force there was rolled back: the next conversation gets a new one
            raise Stumbled(at[0], f"{type(error).__name__}: {error}") from error

    def _run(self, stored: Stored, at: list[int]) -> tuple[TurnView, ...]:
        said = {message.seq: message for message in stored.said}
        conversation_id, expected = "", None
        with self._database.begin() as uow:
            shop = self._shop_of(uow, stored)
            for turn in stored.turns:
                seen = turn.trace.get("seen", {})
                at[0] = turn.number
                with clock.at(datetime.fromisoformat(seen["at"]) if seen else turn.at):
                    self._set_menu(uow, shop, turn, stored.about.location_id)
                    for seq in turn.inbound_seqs:
                        conversation_id = self._receive(uow, shop, stored.about, said[seq])
                    if turn.trace.get("by") == "privacy":
                        # Codes, links and other conversations are not here: what was said stands.
                        _close_as_it_was(uow, conversation_id, turn)
                        continue
                    about = messaging.conversation(uow.session, shop.merchant_id, conversation_id)
                    if about.owner != turn.owner:
                        messaging.set_owner(uow, conversation_id, turn.owner)
                    if seen.get("order"):
                        _set_order(uow, shop, about, seen["order"])
                    if seen and expected is not None and seen["before"] != expected:
                        _set_cart(uow, shop, about, expected, seen["before"])
                    _set_stock(uow, shop, seen.get("failure"))
                    self._recorded.listen(turn)
                    take_open_turn(self._assistant, uow, conversation_id)
                expected = _left_behind(seen)
            return messaging.turns(uow.session, conversation_id) if conversation_id else ()

    def _shop_of(self, uow: UnitOfWork, stored: Stored) -> _Shop:
        """The shop of the first turn: one for each name, place and currency that the stored turns saw."""
        first = next((t for t in stored.turns if t.menu_version), None)
        seen = first.trace.get("seen", {}) if first else {}
        menu = self._menu_of(first.menu_version if first else "", stored.about.location_id, _moment(first))
        place = seen.get("place") or self._now.place
        name = seen.get("shop") or self._now.name
        key = json.dumps([name, place, menu.currency, seen.get("policy"), seen.get("zones")], sort_keys=True)
        if key not in self._shops:
            made = merchants.create_merchant(
                uow, name=name, slug=f"shop-{next(self._numbers)}", currency=menu.currency, locale=self._now.locale
            )
            there = merchants.add_location(
                uow,
                made.id,
                name=place["name"],
                address=place["address"],
                phone=place["phone"],
                time_zone=place["time_zone"],
                tax_rate_basis_points=place["tax"],
                prices_include_tax=place["tax_included"],
                hours=[merchants.OpeningHours(*span) for span in place["hours"]],
                fulfilments=place["fulfilments"],
                facts=place["facts"],
            )
            if seen.get("policy"):
                merchants.set_policy(uow, made.id, there.id, merchants.Policy.from_json(seen["policy"]))
            if seen.get("zones"):
                merchants.set_zones(uow, made.id, there.id, [_zone(zone, menu.currency) for zone in seen["zones"]])
            self._shops[key] = _Shop(made.id, there.id)
        shop = self._shops[key]
        self._import(uow, shop, menu)
        return shop

    def _set_menu(self, uow: UnitOfWork, shop: _Shop, turn: TurnView, location_id: str | None) -> None:
        """The menu of the turn in force, at its place and moment, and taken off it what was."""
        if not turn.menu_version:
            return
        menu = self._menu_of(turn.menu_version, location_id, _moment(turn))
        self._import(uow, shop, menu)
        seen = turn.trace.get("seen")
        wanted = _gone(seen) if seen else _gone(gone_json(menu))
        for entry in sorted(wanted ^ shop.gone, key=str):
            _set_available(uow, shop.merchant_id, menu, entry, available=entry in shop.gone)
        shop.gone = wanted

    def _import(self, uow: UnitOfWork, shop: _Shop, menu: Menu) -> None:
        if shop.menu == menu:
            return
        before = shop.gone
        catalogue.import_menu(uow, shop.merchant_id, menu)
        shop.menu = menu
        # What the file itself marks as sold out counts until a turn says otherwise; overrides survive an import.
        shop.gone = before | _gone(gone_json(menu))

    def _receive(self, uow: UnitOfWork, shop: _Shop, about: ConversationView, message: InboundView) -> str:
        envelope = Envelope(
            channel=about.channel,
            account=about.account,
            external_id=message.id,
            sender=about.sender,
            thread=about.thread,
            kind=message.kind,
            text=message.text,
            payload=message.payload,
            sent_at=message.sent_at,
            locale=about.locale,
            pushes=False,
        )
        return messaging.receive(uow, shop.merchant_id, envelope).conversation_id


def _moment(turn: TurnView | None) -> datetime | None:
    """When a turn looked at the menu."""
    if turn is None:
        return None
    seen = turn.trace.get("seen")
    return datetime.fromisoformat(seen["at"]) if seen else turn.at


def _close_as_it_was(uow: UnitOfWork, conversation_id: str, turn: TurnView) -> None:
    opened = messaging.open_turn(uow.session, conversation_id)
    if opened is not None:
        messaging.close_turn(uow, opened, replies=turn.replies, state=turn.state_after, trace=turn.trace)


def shop_now(session: Session, merchant_id: str) -> World.Shop:
    """The shop as it is today."""
    merchant = merchants.merchant(session, merchant_id)
    place = place_json(merchants.default_location(session, merchant_id))
    return World.Shop(merchant.name, merchant.locale, place)


def _zone(data: Mapping[str, Any], currency: str) -> merchants.Zone:
    """A delivery zone that a turn recorded."""
    fee, minimum = Money(data["fee"], currency), Money(data["minimum"], currency)
    return merchants.Zone(data["name"], area_from_json(data["kind"], data["area"]), fee, minimum, data["minutes"])


def _gone(seen: Mapping[str, Any]) -> frozenset[object]:
    return frozenset([*seen.get("gone", ()), *((g, m) for g, m in seen.get("gone_modifiers", ()))])


def _set_available(uow: UnitOfWork, merchant_id: str, menu: Menu, entry: object, *, available: bool) -> None:
    """Take one entry off or put it back; one that this menu does not have cannot be had anyway."""
    if isinstance(entry, tuple):
        group = menu.groups_by_id.get(entry[0])
        if group is not None and group.modifier(entry[1]) is not None:
            catalogue.set_modifier_available(uow, merchant_id, entry[0], entry[1], available=available)
    elif str(entry) in menu.items_by_id:
        catalogue.set_available(uow, merchant_id, str(entry), available=available)


def _set_order(uow: UnitOfWork, shop: _Shop, about: ConversationView, order: Mapping[str, Any]) -> None:
    """Bring the customer's latest order as far as staff had brought it by then."""
    latest = orders.latest_order(uow.session, shop.merchant_id, about.customer_id)
    if latest is None:
        return
    steps: dict[str, Callable[[], object]] = {
        "accepted": lambda: orders.accept(uow, shop.merchant_id, latest.id),
        "ready": lambda: orders.mark_ready(uow, shop.merchant_id, latest.id),
        "completed": lambda: orders.complete(uow, shop.merchant_id, latest.id),
        "cancelled": lambda: orders.cancel(uow, shop.merchant_id, latest.id, reason="replay"),
    }
    path = _PATHS.get(order["state"], ())
    done = path.index(latest.state) + 1 if latest.state in path else 0
    if latest.state in {"new", *path} or (path == ("cancelled",) and latest.state == "accepted"):
        for step in path[done:]:
            steps[step]()


def _set_cart(
    uow: UnitOfWork, shop: _Shop, about: ConversationView, left: Mapping[str, Any], found: Mapping[str, Any]
) -> None:
    """Somebody changed the cart between two turns: change the same here."""
    cart = orders.open_cart(uow, shop.merchant_id, shop.location_id, about.customer_id, about.id)
    details: dict[str, Any] = {
        field_name: found[name] or ("" if name == "note" else None)
        for name, field_name in (("fulfilment", "fulfilment"), ("name", "customer_name"), ("note", "note"))
        if found[name] != left[name] and found[name] != getattr(cart, field_name)
    }
    try:
        lines = tuple(Line.from_json(line) for line in found["lines"])
        if found["lines"] != left["lines"] and lines != cart.lines:
            if lines:
                orders.set_lines(uow, shop.merchant_id, cart.id, lines)
            else:
                orders.abandon_cart(uow, shop.merchant_id, cart.id)
                return
        if details:
            orders.set_details(uow, shop.merchant_id, cart.id, **details)
    except ComandaError:
        return  # another menu does not have it: the carts differ, and the comparison says so


def _set_stock(uow: UnitOfWork, shop: _Shop, failure: Mapping[str, Any] | None) -> None:
    """Have as little of something as there was when an order failed for it, and plenty again afterwards."""
    wanted: dict[str, int] = {}
    if failure is not None and failure["code"] == "out_of_stock":
        wanted[str(failure["item_id"])] = int(failure["left"])
    for item_id in {*shop.short} - {*wanted}:
        wanted[item_id] = _PLENTY
    for item_id, left in wanted.items():
        level = inventory.level(uow.session, shop.merchant_id, shop.location_id, item_id)
        counted = left + (level.reserved if level else 0)
        inventory.count(uow, shop.merchant_id, shop.location_id, item_id, counted)
        shop.short.add(item_id)


def _left_behind(seen: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The cart that the next turn starts from unless somebody else changes it."""
    if not seen:
        return None
    return _EMPTY if seen["placed"] else seen["after"]
