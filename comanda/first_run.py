"""The first account: an invitation instead of a default password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import merchants, staff

if TYPE_CHECKING:
    from core.db.session import Database


def invitation(database: Database) -> str | None:
    """The path of a single-use link that makes the owner's account; None when somebody works here already."""
    with database.read() as session:
        merchant = merchants.only_merchant(session)
        if merchant is None or staff.anyone(session, merchant.id):
            return None
    with database.begin() as uow:
        return f"/admin/first-run?token={staff.first_run_token(uow, merchant.id)}"
