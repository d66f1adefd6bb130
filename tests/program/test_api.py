"""The public API, the health routes, and how refusals look over HTTP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from comanda.app import create_app
from core.catalogue.format import check_menu

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comanda.wiring import Program


@pytest.fixture
def client(program: Program) -> Iterator[TestClient]:
    """Somebody on the web."""
    with TestClient(create_app(program), raise_server_exceptions=False) as opened:
        yield opened


def test_the_shop_says_where_it_is(client: TestClient) -> None:
    shop = client.get("/api/v1/shop").json()
    assert (shop["name"], shop["slug"], shop["currency"]) == ("Kettle & Crumb", "kettle-and-crumb", "USD")
    assert client.get("/api/v1/shop", params={"shop": "kettle-and-crumb"}).json() == shop


def test_the_menu_comes_in_the_format_that_is_imported(client: TestClient) -> None:
    menu = client.get("/api/v1/menu").json()
    assert [p for p in check_menu(menu) if p.severity == "error"] == []
    assert len(menu["items"]) >= 40
    assert client.get("/api/v1/menu.jsonld").json()["@context"] == "https://schema.org"


def test_an_unknown_shop_is_a_problem_document(client: TestClient) -> None:
    answer = client.get("/api/v1/shop", params={"shop": "nowhere"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "not_found"
    assert "nowhere" in answer.json()["detail"]


def test_the_api_page_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    loaded = re.findall(r"""(?:src|href)=["']([^"']+)""", page.text)
    assert len(loaded) >= 3
    assert [address for address in loaded if not address.startswith("/")] == []
    assert [client.get(address).status_code for address in loaded] == [200] * len(loaded)


def test_every_route_of_the_api_is_described(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/api/v1/shop", "/api/v1/menu", "/api/v1/chat/messages", "/healthz", "/readyz"} <= set(paths)
    silent = [
        (path, method)
        for path, methods in paths.items()
        for method, route in methods.items()
        if not route.get("description") and not route.get("summary")
    ]
    assert silent == []


def test_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")


def test_not_ready_without_its_database_and_no_word_of_why_it_broke(client: TestClient, program: Program) -> None:
    program.database.engine.dispose()
    path = program.database.url.database
    assert path is not None
    with open(path, "wb") as broken:  # noqa: PTH123 - the file is spoilt on purpose
        broken.write(b"not a database at all" * 1000)
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json() == {"status": "not ready", "problem": "the database cannot be reached"}
    failed = client.get("/api/v1/shop")
    assert (failed.status_code, failed.json()["title"]) == (500, "internal")
    assert "sqlite" not in failed.text.lower()
    assert client.get("/healthz").status_code == 200
