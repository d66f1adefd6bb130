"""Downloading what is kept of oneself: a page that takes the code which the assistant told, once, for ten minutes.

The code is typed or pasted, never part of an address: addresses end up in logs and histories.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from assistant.privacy.answering import DOWNLOAD
from core import merchants, privacy
from core.access import of_customer
from core.customers import linking
from core.kernel.errors import NotFound

if TYPE_CHECKING:
    from core.db.session import Database

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Your data</title></head>
<body><main><h1>Your data</h1><p>Type the code that you were told. It works once, for ten minutes.</p>
<form method="post"><p><label for="code">Code</label> <input id="code" name="code" required maxlength="20"
autocomplete="off" autocapitalize="characters" spellcheck="false"> <button>Download</button></p></form></main></body>
</html>
"""


def router(database: Database) -> APIRouter:
    """The page, and the file behind it."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(DOWNLOAD)
    def page() -> Response:
        return HTMLResponse(_PAGE, headers=_HEADERS)

    @routes.post(DOWNLOAD)
    def download(code: Annotated[str, Form(max_length=60)]) -> Response:
        text = json.dumps(_kept(database, linking.code_in(code)), ensure_ascii=False, indent=2)
        headers = {**_HEADERS, "Content-Disposition": 'attachment; filename="your-data.json"'}
        return Response(text, media_type="application/json", headers=headers)

    return routes


def _kept(database: Database, code: str) -> dict[str, object]:
    """Everything of whoever was told the code.

    Raises:
        NotFound: it holds for nobody, or not any more.
    """
    with database.read() as session:
        found = (
            (shop.id, linking.known_code(session, shop.id, code, channel=privacy.DOWNLOAD))
            for shop in merchants.every_merchant(session)
        )
        merchant_id, offer = next(((m, o) for m, o in found if o is not None), ("", None))
    if offer is None:
        raise NotFound(what="code", key="that holds now: ask for a new one")
    with database.begin(of_customer(merchant_id, offer.customer_id)) as uow:
        if not linking.use_code(uow, merchant_id, offer, privacy.DOWNLOAD):
            raise NotFound(what="code", key="that holds now: ask for a new one")
        return privacy.export(uow, merchant_id, offer.customer_id)
