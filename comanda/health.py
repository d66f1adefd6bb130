"""`/healthz`: the process is alive. `/readyz`: it can do its work now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool

from core.db import outbox
from core.db.schema import head, revision

if TYPE_CHECKING:
    from comanda.wiring import Program


def router(program: Program) -> APIRouter:
    """The two health routes."""
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz")
    async def alive() -> dict[str, str]:
        """Answer as long as the process runs."""
        return {"status": "alive"}

    @routes.get("/readyz")
    async def ready(response: Response) -> dict[str, Any]:
        """Answer 200 when the database is there, migrated and worked on; else 503 with what is wrong."""
        state = await run_in_threadpool(_state, program)
        response.status_code = 200 if state["status"] == "ready" else 503
        return state

    return routes


def _state(program: Program) -> dict[str, Any]:
    try:
        with program.database.read() as session:
            at = revision(session)
            waiting, dead = outbox.backlog(session)
    except Exception:  # noqa: BLE001 - whatever is wrong with the database, the answer is the same
        return {"status": "not ready", "problem": "the database cannot be reached"}
    if at != head():
        return {"status": "not ready", "problem": f"the database is at revision {at}: run `comanda db upgrade`"}
    return {"status": "ready", "revision": at, "work_waiting": waiting, "work_given_up": dead}
