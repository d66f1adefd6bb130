"""What both fakes share: idempotency as the providers keep it."""

from __future__ import annotations

from abc import abstractmethod

from tests.fakes import server
from tests.fakes.server import HttpError, Json, Reply, Request, Trouble, Troubles, served

__all__ = ["Fake", "HttpError", "Json", "Reply", "Request", "Troubles", "served"]


class Fake(server.Fake):
    """A provider that remembers the keys of calls."""

    def __init__(self, troubles: Troubles | None = None) -> None:
        super().__init__(troubles)
        self.kept: dict[str, tuple[str, Reply]] = {}

    @abstractmethod
    def key_of(self, request: Request) -> str:
        """The idempotency key of a call; empty without one."""

    def fault(self) -> Json:
        """The body of a failure inside."""
        return {"name": "INTERNAL_SERVER_ERROR", "error": {"type": "api_error", "message": "We are having trouble."}}

    def busy(self, seconds: int) -> Reply:
        """The refusal for speed; neither provider says for how long."""
        assert seconds
        said = {"type": "invalid_request_error", "code": "rate_limit"}
        return Reply.of(429, {"name": "RATE_LIMIT_REACHED", "error": said})

    def conflict(self) -> Reply:
        """What a key gets that was used for something else."""
        said = {"type": "idempotency_error", "message": "Keys for idempotent requests can only be used once."}
        return Reply.of(400, {"name": "DUPLICATE_REQUEST_ID", "error": said})

    def spared(self, request: Request) -> bool:
        """What changes nothing."""
        return request.verb == "GET" or "oauth" in request.path or "verify" in request.path

    def _reply(self, request: Request, trouble: Trouble) -> Reply | None:
        if trouble not in ("fine", "lost", "fault") or self.spared(request):
            return super()._reply(request, trouble)
        key, mark = self.key_of(request), f"{request.path} {request.body.decode()}"
        if key and key in self.kept:
            first, reply = self.kept[key]
            return reply if first == mark else self.conflict()
        reply = self.done(request)
        if trouble == "fault":  # done inside, and kept as a failure: the same key repeats it
            reply = Reply.of(500, self.fault())
        if key and (reply.status < 400 or reply.status >= 500):
            self.kept[key] = (mark, reply)
        return None if trouble == "lost" else reply
