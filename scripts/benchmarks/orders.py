"""Orders committed a second, beside single rows that the same database commits, in one run."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy import text

from core import catalogue, customers, inventory, ledger, merchants, orders
from core.catalogue.format import menu_from_json
from core.orders import Line
from scripts.benchmarks.databases import NAMES, fresh
from scripts.benchmarks.report import Figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.session import Database

ROUNDS = 6
A_ROUND = 60
AT_ONCE = 8
MENU = {
    "name": "Bench",
    "currency": "EUR",
    "locale": "en-IE",
    "items": [
        {"id": "coffee", "name": "Coffee", "price": "3.40"},
        {"id": "bun", "name": "Bun", "price": "2.15"},
        {"id": "soup", "name": "Soup", "price": "6.90"},
    ],
}
LINES = (Line("coffee", 2), Line("bun"))


def measure() -> list[Figure]:
    """On both databases, one client after another, and on PostgreSQL also eight at once."""
    figures = []
    for name in NAMES:
        with fresh(name) as database:
            figures += _measured(name, database, 1)
            if name == "PostgreSQL":
                figures += _measured(name, database, AT_ONCE)
    return figures


class Shop:
    """A shop with stock of what is ordered; carts are filled beforehand, so that only placing is measured."""

    def __init__(self, database: Database, slug: str) -> None:
        self.database = database
        with database.begin() as uow:
            self.id = merchants.create_merchant(uow, name=slug, slug=slug, currency="EUR", locale="en-IE").id
            self.place = merchants.add_location(
                uow, self.id, name="Bench", tax_rate_basis_points=1350, prices_include_tax=True
            ).id
            catalogue.import_menu(uow, self.id, menu_from_json(MENU))
            self.guest = customers.identify(uow, self.id, "web", "", slug).id
            for item in ("coffee", "bun"):
                inventory.receive(uow, self.id, self.place, item, 1_000_000, reason="bench")

    def carts(self, count: int) -> list[str]:
        """Filled carts of conversations of their own."""
        with self.database.begin() as uow:
            opened = [
                orders.open_cart(uow, self.id, self.place, self.guest, f"{time.time_ns()}-{n}").id for n in range(count)
            ]
            for cart_id in opened:
                orders.set_lines(uow, self.id, cart_id, LINES)
                orders.set_details(uow, self.id, cart_id, fulfilment="pickup", customer_name="Ann")
        return opened

    def order(self, cart_id: str) -> None:
        """One order, committed."""
        with self.database.begin() as uow:
            orders.place_order(uow, self.id, cart_id)

    def sound(self) -> bool:
        """Whether every order is in the books as it was placed."""
        with self.database.read() as session:
            return ledger.verify(session, self.id).good and not orders.check_books(session, self.id)


def _measured(name: str, database: Database, at_once: int) -> list[Figure]:
    shop = Shop(database, f"bench-{at_once}")
    row = _row(database)
    seconds = {"orders": 0.0, "rows": 0.0}
    for _ in range(ROUNDS + 1):  # the first one warms up; interleaved, so that a busy moment hits both
        carts = shop.carts(A_ROUND * at_once)
        taken = {"orders": _together(shop.order, carts, at_once), "rows": _together(row, carts, at_once)}
        if _:
            seconds = {kind: seconds[kind] + taken[kind] for kind in seconds}
    count = ROUNDS * A_ROUND * at_once
    rates = {kind: count / seconds[kind] for kind in seconds}
    clients = "one client" if at_once == 1 else f"{at_once} clients"
    return [
        Figure(f"{name}, {clients}: orders a second", f"{rates['orders']:,.0f}"),
        Figure(f"{name}, {clients}: single rows a second", f"{rates['rows']:,.0f}"),
        Figure(f"{name}, {clients}: orders / rows", f"{rates['orders'] / rates['rows']:.1%}", "≥ 15 %"),
        Figure(f"{name}, {clients}: every order in the books", "yes" if shop.sound() else "NO", "yes"),
    ]


def _row(database: Database) -> Callable[[str], None]:
    """Insert one row and commit, with the same engine and its durability, and nothing of ours around it."""
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS bench_rows (id VARCHAR(80) PRIMARY KEY, body TEXT)"))
    statement = text("INSERT INTO bench_rows (id, body) VALUES (:id, :body)")

    def insert(cart_id: str) -> None:
        with database.engine.execution_options(comanda_write=True).begin() as connection:
            connection.execute(statement, {"id": f"{cart_id}-{time.time_ns()}", "body": "x" * 100})

    return insert


def _together(act: Callable[[str], None], keys: list[str], at_once: int) -> float:
    """Seconds that it takes to act for every key, so many at once."""
    shares = [keys[n::at_once] for n in range(at_once)]
    threads = [threading.Thread(target=lambda mine=share: [act(key) for key in mine]) for share in shares]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun
