"""HTTP answers to what we refuse: RFC 9457 problem details, with the error's own code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from core.kernel.errors import ComandaError, Conflict, InvalidInput, NotAllowed, NotFound, NotSignedIn, TooMany
from core.logs import logger

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

# The first class that an error is an instance of decides.
STATUSES: tuple[tuple[type[ComandaError], int], ...] = (
    (NotSignedIn, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (InvalidInput, 422),
    (TooMany, 429),
)


def status_of(error: ComandaError) -> int:
    """The HTTP status of an error; 400 for a kind without a row of its own."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 400)


def problem(status: int, code: str, detail: str) -> JSONResponse:
    """A problem details document."""
    return JSONResponse(
        {"type": f"urn:comanda:error:{code}", "title": code, "status": status, "detail": detail},
        status_code=status,
        media_type="application/problem+json",
    )


def install(app: FastAPI) -> None:
    """Answer errors of ours, of the request's shape, and unforeseen ones; the last without any detail."""

    @app.exception_handler(ComandaError)
    async def refused(_: Request, error: ComandaError) -> JSONResponse:
        answer = problem(status_of(error), error.code, error.text)
        if (wait := error.values.get("retry_after")) is not None:
            answer.headers["Retry-After"] = str(wait)
        return answer

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        places = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        return problem(422, InvalidInput.code, places)

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        logger(__name__).error("request failed", path=request.url.path, exc_info=error)
        return problem(500, "internal", "Something went wrong on our side; it has been noted.")
