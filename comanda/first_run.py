"""The first account: an invitation instead of a default password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import staff

if TYPE_CHECKING:
    from core.db.session import Database


def invitation(database: Database, merchant_id: str) -> str | None:
    """The path of a single-use link that makes the owner's account; None when somebody works there already."""
    with database.read() as session:
        if staff.anyone(session, merchant_id):
            return None
    with database.begin() as uow:
        return f"/admin/first-run?token={staff.first_run_token(uow, merchant_id)}"
