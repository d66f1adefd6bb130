"""The body of a webhook as it came: what its signature was made over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.kernel.errors import TooMany

if TYPE_CHECKING:
    from fastapi import Request

_LARGEST: Final = 512 * 1024  # bytes


async def raw_body(request: Request, *, largest: int = _LARGEST) -> bytes:
    """The bytes, read no further than the provider's webhooks go.

    Raises:
        TooMany: there are more.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > largest:
            raise TooMany(problem=f"The body is larger than {largest} bytes.")
    return bytes(body)
