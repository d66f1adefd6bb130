"""Use cases of the menu. Item, group, modifier and combo ids are those of the menu file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core import merchants
from core.access import requires
from core.catalogue import repository, rules
from core.catalogue.events import ItemAvailabilityChanged, MenuImported, ModifierAvailabilityChanged
from core.catalogue.format import check_menu, menu_from_json, menu_to_json
from core.catalogue.recipes import repository as recipes
from core.catalogue.terms.rules import applied
from core.catalogue.terms.service import in_force as terms_in_force
from core.catalogue.terms.service import say_at, terms_known, terms_of
from core.catalogue.views import ImportReport
from core.kernel.clock import now
from core.kernel.errors import InvalidInput, InvalidMenu, NotFound
from core.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.catalogue.menu import Menu
    from core.catalogue.terms.rules import InForce
    from core.catalogue.views import MenuEntry
    from core.db.prepared import Prepared
    from core.db.uow import UnitOfWork
    from core.kernel.events import Event


@requires("menu.change")
def import_menu(
    uow: UnitOfWork, merchant_id: str, menu: Menu, *, progress: Callable[[int, int], object] | None = None
) -> ImportReport:
    """Put another menu in force: all of it or, when anything is wrong, nothing.

    `progress` is told now and then how many entries of how many are written.

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
    repository.write(uow.session, merchant_id, menu, {(e.kind, e.id) for e in (*added, *changed)}, moment, progress)
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


def load_menu(
    session: Session, merchant_id: str, *, location_id: str | None = None, at: datetime | None = None
) -> Menu:
    """The menu in force at a place (None: what holds everywhere) and moment (None: now), with its version.

    Prices are those of the price lists that apply; `available` says what can be had. Costs about ten queries: keep the
    answer by its version, which no other menu of any shop ever has.

    Raises:
        NotFound: the shop has no menu yet, or no such location.
    """
    moment = at or now()
    version = repository.version(session, merchant_id, moment)
    while version is not None:
        menu = repository.load(session, merchant_id, moment)
        terms = _in_force(session, merchant_id, version[1], location_id, moment)
        # Where each query sees its own moment, an import may have fallen between them: then read again.
        before, version = version, repository.version(session, merchant_id, moment)
        if menu is not None and version == before:
            return replace(applied(menu, terms), version=_marked(before[0], terms))
    raise NotFound(what="menu of merchant", key=merchant_id)


def menu_version(
    session: Session, merchant_id: str, *, location_id: str | None = None, at: datetime | None = None
) -> str:
    """The version of the menu at a place and moment: one cheap query, and one more where price lists or schedules are.

    It changes with every import, whenever staff take something off or put it back, when what they said ends by itself,
    and when another price list or schedule applies. The part before the first dot changes only with the content.

    Raises:
        NotFound: the shop has no menu yet, or no such location.
    """
    moment = at or now()
    version = repository.version(session, merchant_id, moment)
    if version is None:
        raise NotFound(what="menu of merchant", key=merchant_id)
    return _marked(version[0], _in_force(session, merchant_id, version[1], location_id, moment))


def questions(merchant_id: str, at: datetime) -> tuple[tuple[Prepared, dict[str, Any]], ...]:
    """What `menu_version` of that moment and `recipe_book` ask first, for `read_ahead`."""
    return repository.question(merchant_id, at), recipes.question(merchant_id)


def menu_as_imported(session: Session, merchant_id: str) -> Menu:
    """The menu in force as its file says, whatever staff took off since: what an export writes.

    Raises:
        NotFound: the shop has no menu yet.
    """
    menu = repository.load(session, merchant_id, None)
    if menu is None:
        raise NotFound(what="menu of merchant", key=merchant_id)
    return menu


def menu_of_version(
    session: Session, merchant_id: str, version: str, *, location_id: str | None = None, at: datetime | None = None
) -> Menu:
    """The menu that was in force under an earlier `version`, as imported: for replays.

    With `at`, its prices and schedules are those that applied then, at that place, as the shop knew them then.

    Raises:
        NotFound: the shop never had it, or has no such location.
    """
    content = repository.revision_content(session, merchant_id, version.split(".", 1)[0])
    if content is None:
        raise NotFound(what="menu version", key=version)
    menu = menu_from_json(content)
    if at is None:
        return menu
    known = terms_known(session, merchant_id, at)
    known = replace(known, overrides=())
    return applied(menu, terms_in_force(session, merchant_id, known, location_id, at))


@requires("menu.availability")
def set_available(
    uow: UnitOfWork,
    merchant_id: str,
    item_id: str,
    *,
    available: bool,
    until: datetime | None = None,
    location_id: str | None = None,
) -> None:
    """Take an item off ("86 it") or put it back, at once; `until` a moment after now, or until somebody says otherwise.

    `location_id` None is every place. Putting something back at one place takes back what was said of that place alone.

    Raises:
        InvalidInput: `until` has passed already.
        NotFound: the menu in force has no such item, or the shop no such location.
    """
    _check_until(until)
    merchants.hold(uow, merchant_id)
    if location_id is not None:
        found = say_at(uow, merchant_id, location_id, "item", item_id, available, until)
    else:
        found = repository.override_item(uow.session, merchant_id, item_id, available=available, until=until)
    if not found:
        raise NotFound(what="item", key=item_id)
    ends = until.isoformat() if until else ""
    _changed(
        uow,
        ItemAvailabilityChanged(
            merchant_id=merchant_id,
            item_id=item_id,
            available=available,
            until=ends,
            location_id=location_id or "",
        ),
    )


@requires("menu.availability")
def set_modifier_available(
    uow: UnitOfWork,
    merchant_id: str,
    group_id: str,
    modifier_id: str,
    *,
    available: bool,
    until: datetime | None = None,
    location_id: str | None = None,
) -> None:
    """Take a modifier off or put it back, as `set_available` does with items.

    Raises:
        InvalidInput: `until` has passed already.
        NotFound: the menu in force has no such modifier in this group.
    """
    _check_until(until)
    merchants.hold(uow, merchant_id)
    if location_id is not None:
        target = f"{group_id}/{modifier_id}"
        found = say_at(uow, merchant_id, location_id, "modifier", target, available, until)
    else:
        found = repository.override_modifier(
            uow.session, merchant_id, group_id, modifier_id, available=available, until=until
        )
    if not found:
        raise NotFound(what="modifier", key=f"{group_id}/{modifier_id}")
    ends = until.isoformat() if until else ""
    _changed(
        uow,
        ModifierAvailabilityChanged(
            merchant_id=merchant_id,
            group_id=group_id,
            modifier_id=modifier_id,
            available=available,
            until=ends,
            location_id=location_id or "",
        ),
    )


def _in_force(
    session: Session, merchant_id: str, terms_id: str | None, location_id: str | None, moment: datetime
) -> InForce:
    return terms_in_force(session, merchant_id, terms_of(session, merchant_id, terms_id), location_id, moment)


def _marked(version: str, terms: InForce) -> str:
    return f"{version}.{terms.mark}" if terms.mark else version


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
