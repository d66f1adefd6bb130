"""Who works in the shop and what they may do."""

from __future__ import annotations

from core.staff.rules import ALLOWED, PERMISSIONS, Permission, allows, require
from core.staff.service import (
    add_member,
    anyone,
    change_password,
    complete_first_run,
    deactivate,
    first_run_merchant,
    first_run_token,
    members,
    open_session,
    reactivate,
    session_of,
    set_locations,
    set_password,
    sign_in,
    sign_out,
    touch,
)
from core.staff.views import ROLES, Role, SignedIn, StaffSession, StaffView

__all__ = [
    "ALLOWED",
    "PERMISSIONS",
    "ROLES",
    "Permission",
    "Role",
    "SignedIn",
    "StaffSession",
    "StaffView",
    "add_member",
    "allows",
    "anyone",
    "change_password",
    "complete_first_run",
    "deactivate",
    "first_run_merchant",
    "first_run_token",
    "members",
    "open_session",
    "reactivate",
    "require",
    "session_of",
    "set_locations",
    "set_password",
    "sign_in",
    "sign_out",
    "touch",
]
