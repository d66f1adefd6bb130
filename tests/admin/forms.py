"""The forms of a page, as a browser would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form: where it goes, and every value that is sent if nobody touches it."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)

    def set(self, **changed: str | list[str]) -> dict[str, list[str]]:
        """The values with some of them filled in; names with _ stand for themselves."""
        return self.values | {name: [v] if isinstance(v, str) else v for name, v in changed.items()}

    def put(self, name: str, place: int, value: str) -> dict[str, list[str]]:
        """The values with one of those that share a name filled in."""
        column = list(self.values[name])
        column[place] = value
        return self.values | {name: column}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: tuple[str, bool, list[str], list[str]] | None = None
        self._area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(said.get("action", ""))
            self.forms.append(self._form)
        elif tag == "input" and said.get("name"):
            if said.get("type") not in {"checkbox", "radio"} or "checked" in said:
                self._add(said["name"], said.get("value", ""))
        elif tag == "select":
            self._select = (said["name"], "multiple" in said, [], [])
        elif tag == "option" and self._select is not None:
            (self._select[2] if "selected" in said else self._select[3]).append(said.get("value", ""))
        elif tag == "textarea":
            self._area = (said["name"], [])

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select" and self._select is not None:
            name, multiple, chosen, others = self._select
            for value in chosen or ([] if multiple else others[:1]):
                self._add(name, value)
            self._select = None
        elif tag == "textarea" and self._area is not None:
            self._add(self._area[0], "".join(self._area[1]))
            self._area = None

    def _add(self, name: str, value: str) -> None:
        if self._form is not None:
            self._form.values.setdefault(name, []).append(value)


def forms_of(page: str) -> list[Form]:
    """Every form of a page, in its order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def form_to(page: str, action: str) -> Form:
    """The one form of a page that goes there."""
    (found,) = [form for form in forms_of(page) if form.action == action]
    return found
