"""Use cases of mass changes: what was looked at is what is done, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import merchants
from core.access import requires
from core.catalogue import repository
from core.catalogue.format import menu_from_json
from core.catalogue.service import import_menu, menu_as_imported
from core.kernel.errors import Conflict, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from core.catalogue.menu import Menu
    from core.catalogue.views import ImportReport
    from core.db.uow import UnitOfWork


@requires("menu.change")
def change_menu(
    uow: UnitOfWork,
    merchant_id: str,
    before: Menu,
    after: Menu,
    *,
    progress: Callable[[int, int], object] | None = None,
) -> ImportReport:
    """Put `after` in force, if the menu is still `before`, the one that the difference was shown of.

    Raises:
        Conflict: somebody changed the menu since.
        InvalidMenu: `after` breaks the format.
        NotFound: no such shop, or it has no menu.
    """
    merchants.hold(uow, merchant_id)
    if menu_as_imported(uow.session, merchant_id) != before:
        raise Conflict(problem="The menu was changed by somebody else meanwhile: look at the difference again.")
    return import_menu(uow, merchant_id, after, progress=progress)


@requires("menu.change")
def undo_menu(uow: UnitOfWork, merchant_id: str) -> ImportReport:
    """Put the menu in force again that was in force before the last change; undoing twice makes the change again.

    Raises:
        NotFound: no such shop, or its menu was never changed.
    """
    merchants.hold(uow, merchant_id)
    before = earlier_menu(uow.session, merchant_id)
    if before is None:
        raise NotFound(what="earlier menu of merchant", key=merchant_id)
    return import_menu(uow, merchant_id, before)


def earlier_menu(session: Session, merchant_id: str) -> Menu | None:
    """The menu that was in force before the last change; None while there was only one."""
    number = repository.revision_number(session, merchant_id)
    content = repository.content_of_number(session, merchant_id, number - 1)
    return None if content is None else menu_from_json(content)
