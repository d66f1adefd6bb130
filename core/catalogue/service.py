"""Use cases of the menu. Item, group, modifier and combo ids are those of the menu file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core import merchants
from core.access import requires
from core.catalogue import repository, rules
from core.catalogue.events import ItemAvailabilityChanged, MenuImported, ModifierAvailabilityChanged
from core.catalogue.format import check_menu, menu_from_json, menu_to_json
from core.catalogue.views import ImportReport
from core.kernel.clock import now
from core.kernel.errors import InvalidInput, InvalidMenu, NotFound
from core.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.catalogue.menu import Menu
    from core.catalogue.views import MenuEntry
    from core.db.uow import UnitOfWork
    from core.kernel.events import Event


@requires("menu.change")
def import_menu(uow: UnitOfWork, merchant_id: str, menu: Menu) -> ImportReport:
    """Put another menu in force: all of it or, when anything is wrong, nothing.

    Entries are known by their ids: those the menu lacks are retired, and taken up again should they come back. What
    staff said about availability stays. The menu that is in force already makes no revision, event or version.

    Raises:
        InvalidMenu: the menu breaks the format, or its currency is not the shop's; carries every problem.
        NotFound: no such shop.
    """
    shop = merchants.hold(uow, merchant_id)
    content = menu_to_json(menu)
    problems = check_menu(content)
    if menu.currency != shop.currency:
        problems.append(_other_currency(menu.currency, shop.currency))
    if any(p.severity == "error" for p in problems):
        raise InvalidMenu(problems)
    moment = now()
    current = repository.load(uow.session, merchant_id, None)
    number = repository.revision_number(uow.session, merchant_id)
    if current == menu:
        return ImportReport(number, menu_version(uow.session, merchant_id), unchanged=True)
    added, changed, retired = rules.differences(current, menu)
    repository.write(uow.session, merchant_id, menu, {(e.kind, e.id) for e in (*added, *changed)}, moment)
    repository.put_in_force(uow.session, merchant_id, menu, content, number=number + 1, moment=moment)
    report = ImportReport(
        number + 1, menu_version(uow.session, merchant_id), added=added, changed=changed, retired=retired
    )
    uow.record(
        MenuImported(
            merchant_id=merchant_id,
            revision=report.revision,
            version=report.version,
            added=_words(added),
            changed=_words(changed),
            retired=_words(retired),
        )
    )
    uow.notify(f"menu:{merchant_id}")
    return report


def load_menu(session: Session, merchant_id: str) -> Menu:
    """The menu in force, with its version; `available` says what can be had now.

    Costs about ten queries: keep the answer by its version, which no other menu of any shop ever has.

    Raises:
        NotFound: the shop has no menu yet.
    """
    moment = now()
    version = repository.version(session, merchant_id, moment)
    while version is not None:
        menu = repository.load(session, merchant_id, moment)
        # Where each query sees its own moment, an import may have fallen between them: then read again.
        before, version = version, repository.version(session, merchant_id, moment)
        if menu is not None and version == before:
            return replace(menu, version=version)
    raise NotFound(what="menu of merchant", key=merchant_id)


def menu_version(session: Session, merchant_id: str) -> str:
    """The version of the menu now, in one cheap query.

    It changes with every import, whenever staff take something off or put it back, and when what they said ends by
    itself. The part before the first dot changes only with the content: names, prices, choices.

    Raises:
        NotFound: the shop has no menu yet.
    """
    version = repository.version(session, merchant_id, now())
    if version is None:
        raise NotFound(what="menu of merchant", key=merchant_id)
    return version


def menu_as_imported(session: Session, merchant_id: str) -> Menu:
    """The menu in force as its file says, whatever staff took off since: what an export writes.

    Raises:
        NotFound: the shop has no menu yet.
    """
    menu = repository.load(session, merchant_id, None)
    if menu is None:
        raise NotFound(what="menu of merchant", key=merchant_id)
    return menu


def menu_of_version(session: Session, merchant_id: str, version: str) -> Menu:
    """The menu that was in force under an earlier `version`, as imported: for replays.

    Raises:
        NotFound: the shop never had it.
    """
    content = repository.revision_content(session, merchant_id, version.split(".", 1)[0])
    if content is None:
        raise NotFound(what="menu version", key=version)
    return menu_from_json(content)


@requires("menu.availability")
def set_available(
    uow: UnitOfWork, merchant_id: str, item_id: str, *, available: bool, until: datetime | None = None
) -> None:
    """Take an item off ("86 it") or put it back, at once; `until` a moment after now, or until somebody says otherwise.

    Raises:
        InvalidInput: `until` has passed already.
        NotFound: the menu in force has no such item.
    """
    _check_until(until)
    merchants.hold(uow, merchant_id)
    if not repository.override_item(uow.session, merchant_id, item_id, available=available, until=until):
        raise NotFound(what="item", key=item_id)
    ends = until.isoformat() if until else ""
    _changed(uow, ItemAvailabilityChanged(merchant_id=merchant_id, item_id=item_id, available=available, until=ends))


@requires("menu.availability")
def set_modifier_available(
    uow: UnitOfWork,
    merchant_id: str,
    group_id: str,
    modifier_id: str,
    *,
    available: bool,
    until: datetime | None = None,
) -> None:
    """Take a modifier off or put it back, as `set_available` does with items.

    Raises:
        InvalidInput: `until` has passed already.
        NotFound: the menu in force has no such modifier in this group.
    """
    _check_until(until)
    merchants.hold(uow, merchant_id)
    found = repository.override_modifier(
        uow.session, merchant_id, group_id, modifier_id, available=available, until=until
    )
    if not found:
        raise NotFound(what="modifier", key=f"{group_id}/{modifier_id}")
    ends = until.isoformat() if until else ""
    _changed(
        uow,
        ModifierAvailabilityChanged(
            merchant_id=merchant_id, group_id=group_id, modifier_id=modifier_id, available=available, until=ends
        ),
    )


def _changed(uow: UnitOfWork, event: Event) -> None:
    repository.count_availability_change(uow.session, event.merchant_id)
    uow.record(event)
    uow.notify(f"menu:{event.merchant_id}")


def _check_until(until: datetime | None) -> None:
    if until is not None and until <= now():
        raise InvalidInput(field="until", problem=f"{until.isoformat()} has passed: choose a moment to come, or none.")


def _other_currency(menu: str, shop: str) -> Problem:
    return Problem(
        "currency",
        f"The menu is in {menu}, but the shop sells in {shop}.",
        f"Write the prices in {shop}, or import the menu into a shop that sells in {menu}.",
        kind="other-currency",
    )


def _words(entries: Iterable[MenuEntry]) -> list[str]:
    return [f"{e.kind} {e.id}" for e in entries]
