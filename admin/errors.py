"""Which HTTP status an error has, and how a page says it. Never a stack trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from core.kernel.errors import (
    ComandaError,
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooMany,
    WrongPassword,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

# The first class that an error is an instance of decides. NotSignedIn becomes a redirect where a page was asked for.
STATUSES: tuple[tuple[type[ComandaError], int], ...] = (
    (WrongPassword, 401),
    (NotSignedIn, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (InvalidInput, 422),
    (TooMany, 429),
)

_TITLES: Mapping[int, str] = {
    400: "This could not be understood",
    401: "Please sign in",
    403: "Not permitted",
    404: "Not found",
    405: "Not possible here",
    409: "Not possible now",
    413: "Too large",
    422: "Something needs another look",
    429: "Too often",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What an error page shows."""

    status: int
    title: str
    text: str
    headers: Mapping[str, str]


def status_of(error: ComandaError) -> int:
    """The HTTP status of an error; 400 for a kind without a row of its own."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 400)


def failure(error: ComandaError) -> Failure:
    """An error of ours, in its own words."""
    status = status_of(error)
    wait = error.values.get("retry_after")
    return Failure(status, _TITLES[status], error.text, {"Retry-After": str(wait)} if wait else {})


def refused(error: HTTPException) -> Failure:
    """An error of the web framework: a path or method that does not exist, a broken form."""
    texts = {404: "There is no such page.", 405: "This address does not take that kind of request."}
    text = texts.get(error.status_code, "The request could not be read. Go back, reload the page and try again.")
    return Failure(error.status_code, _TITLES.get(error.status_code, _TITLES[400]), text, error.headers or {})


def malformed(fields: tuple[str, ...]) -> Failure:
    """A form that lacks a field or has one of another kind."""
    named = ", ".join(sorted(set(fields))) or "the form"
    return Failure(422, _TITLES[422], f"Check what was written in: {named}. Nothing was changed.", {})


UNFORESEEN = Failure(
    500, "Something went wrong on our side", "It has been noted in the log. Nothing was changed; please try again.", {}
)
