"""Orders committed a second, beside single rows that the same database commits, in one run."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from core import catalogue, customers, inventory, ledger, merchants, orders
from core.catalogue.format import menu_from_json
from core.db.session import Database
from core.orders import Line
from scripts.benchmarks.databases import NAMES, fresh
from scripts.benchmarks.report import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.synchronize import Barrier

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
_INSERT = text("INSERT INTO bench_rows (id, body) VALUES (:id, :body)")


def measure() -> list[Figure]:
    """On both databases, one client after another, and on PostgreSQL also eight at once, each a process of its own."""
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

    def sound(self) -> bool:
        """Whether every order is in the books as it was placed."""
        with self.database.read() as session:
            return ledger.verify(session, self.id).good and not orders.check_books(session, self.id)


def _measured(name: str, database: Database, at_once: int) -> list[Figure]:
    shop = Shop(database, f"bench-{at_once}")
    _table(database)
    seconds = {"orders": 0.0, "rows": 0.0}
    with _clients(shop, at_once) as together:
        for n in range(ROUNDS + 1):  # the first one warms up; interleaved, so that a busy moment hits both
            carts = shop.carts(A_ROUND * at_once)
            taken = {"orders": together(_order, carts), "rows": together(_row, carts)}
            if n:
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


def _table(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS bench_rows (id VARCHAR(80) PRIMARY KEY, body TEXT)"))


def _order(shop: Shop, cart_id: str) -> None:
    """One order, committed."""
    with shop.database.begin() as uow:
        orders.place_order(uow, shop.id, cart_id)


def _row(shop: Shop, cart_id: str) -> None:
    """Insert one row and commit, with the same engine and its durability, and nothing of ours around it."""
    with shop.database.engine.execution_options(comanda_write=True).begin() as connection:
        connection.execute(_INSERT, {"id": f"{cart_id}-{time.time_ns()}", "body": "x" * 100})


@contextmanager
def _clients(shop: Shop, at_once: int) -> Iterator[Callable[[Callable[[Shop, str], None], list[str]], float]]:
    """What answers the seconds that it takes to act for every key: here, or in so many processes at once."""
    if at_once == 1:
        yield lambda act, keys: _seconds([_spent(act, shop, keys)])
        return
    spawning = get_context("spawn")
    with ProcessPoolExecutor(
        at_once,
        spawning,
        _become,
        (shop.database.url.render_as_string(hide_password=False), shop.id, spawning.Barrier(at_once)),
    ) as pool:
        yield lambda act, keys: _seconds(pool.map(_in_process, [(act, keys[n::at_once]) for n in range(at_once)]))


_client: dict[str, Any] = {}


def _become(url: str, merchant_id: str, start: Barrier) -> None:
    """Make this process a client of the shop."""
    shop = Shop.__new__(Shop)
    shop.database, shop.id = Database(url, pool_size=1), merchant_id
    _client.update(shop=shop, start=start)


def _in_process(work: tuple[Callable[[Shop, str], None], list[str]]) -> tuple[float, float]:
    """One client's share, begun when all are there: so each of them is another process."""
    _client["start"].wait(60)
    return _spent(work[0], _client["shop"], work[1])


def _spent(act: Callable[[Shop, str], None], shop: Shop, keys: list[str]) -> tuple[float, float]:
    begun = time.time()
    for key in keys:
        act(shop, key)
    return begun, time.time()


def _seconds(spans: Iterable[tuple[float, float]]) -> float:
    """From the first that began to the last that was through."""
    begun, ended = zip(*spans, strict=True)
    return float(max(ended) - min(begun))
