"""The stream of hints that keeps pages live (Server-Sent Events). It carries no data: pages fetch what they show."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from admin.access import Visit, signed_in
from admin.routing import AdminRoute
from core import messaging, staff
from core.kernel.errors import NotSignedIn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from core.staff import Permission

router = APIRouter(route_class=AdminRoute)

# Within this time a session that ended loses its stream, and proxies see that the stream is alive.
HEARTBEAT = 15.0
# A stream ends by itself and the browser opens another: a forgotten one does not last for ever.
LIFE = 600.0

_TOPICS: dict[str, tuple[tuple[Permission, ...], str]] = {
    "orders": (("orders.read", "kitchen.read"), "orders:{merchant}"),
    "menu": (("menu.read",), "menu:{merchant}"),
    "conversations": (("conversations.read",), "conversations:{merchant}"),
}


@router.get("/events")
def events(visit: Annotated[Visit, Depends(signed_in)], topics: str = "orders", conversation: str = "") -> Response:
    """Hints about the topics asked for that the person may see: `orders`, `menu`, `conversations`, one conversation."""
    watched = {
        name.format(merchant=visit.merchant_id)
        for asked in topics.split()
        if asked in _TOPICS
        for permissions, name in [_TOPICS[asked]]
        if any(visit.may(permission) for permission in permissions)
    }
    if conversation:
        staff.require(visit.staff, "conversations.read")
        with visit.database.read() as session:
            watched.add(f"conversation:{messaging.conversation(session, visit.merchant_id, conversation).id}")
    headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
    return StreamingResponse(hints(visit, tuple(sorted(watched))), media_type="text/event-stream", headers=headers)


async def hints(visit: Visit, topics: tuple[str, ...]) -> AsyncIterator[str]:
    """The stream: an event `changed` for each change, a comment as heartbeat, until the session or its time ends."""
    ends = time.monotonic() + LIFE
    with visit.deps.live.watch(*topics) as watch:
        yield "retry: 1000\n\n: hello\n\n"
        while time.monotonic() < ends:
            changed = await watch.changed(HEARTBEAT)
            if not await run_in_threadpool(_still_signed_in, visit):
                yield "event: bye\ndata: signed out\n\n"
                return
            yield "event: changed\ndata: look\n\n" if changed else ": still here\n\n"


def _still_signed_in(visit: Visit) -> bool:
    with visit.database.read() as session:
        try:
            staff.session_of(session, visit.token)
        except NotSignedIn:
            return False
    return True
