"""Use cases of staff: who they are, and how they sign in."""

from core.staff.service.members import (
    add_member,
    anyone,
    change_password,
    complete_first_run,
    deactivate,
    first_run_merchant,
    first_run_token,
    members,
    reactivate,
    set_locations,
    set_password,
)
from core.staff.service.sessions import open_session, session_of, sign_in, sign_out, touch

__all__ = [
    "add_member",
    "anyone",
    "change_password",
    "complete_first_run",
    "deactivate",
    "first_run_merchant",
    "first_run_token",
    "members",
    "open_session",
    "reactivate",
    "session_of",
    "set_locations",
    "set_password",
    "sign_in",
    "sign_out",
    "touch",
]
