"""Fetching what customers sent that is no text: apart from its message, once it is kept, and with bounded patience."""

from __future__ import annotations

import os
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from channels import sniff
from channels.base import NotAllowed, Refused, SendError, TryLater
from channels.fetch import NotThere, fetch
from channels.media_files import FOLDER
from core.access import SYSTEM
from core.db import outbox
from core.kernel.errors import NotFound
from core.logs import logger, mask
from core.messaging import media

if TYPE_CHECKING:
    from collections.abc import Mapping

    from channels.base import Channel
    from channels.fetch import Download
    from core.db.outbox import Work
    from core.db.session import Database
    from core.messaging.media import MediaView
    from core.settings import Settings

# What has just been sent may not be there at once; after that, it never will.
_NOT_YET: Final = (timedelta(seconds=1), timedelta(seconds=3))
_CREDENTIALS: Final = timedelta(minutes=5)

log = logger(__name__)


@runtime_checkable
class FindsMedia(Protocol):
    """A channel whose provider keeps what customers send."""

    def locate(self, medium: MediaView) -> Download:
        """Where it is now, and how to prove that we may have it. May ask the provider.

        Raises:
            SendError: it cannot be told, now or ever.
        """


class Media:
    """The handler of "media" work. `channels` by name; files go below the settings' data folder."""

    def __init__(self, channels: Mapping[str, Channel], settings: Settings) -> None:
        self._channels = dict(channels)
        self._folder = settings.data_path
        self._limit = settings.media_megabytes * 1024 * 1024

    def keep(self, database: Database, work: Work) -> None:
        """Fetch one, look what it is, and keep it; or note why not."""
        inbound_id = str(work.payload["inbound_id"])
        with database.read() as session:
            medium = media.of_message(session, work.merchant_id, inbound_id)
            rest = medium and media.resting_until(session, work.merchant_id, medium.channel, medium.account)
        if medium is None or medium.state != "expected":
            with database.begin(SYSTEM) as uow:
                outbox.finish(uow.session, work)
            return
        if rest:
            with database.begin(SYSTEM) as uow:
                outbox.postpone(uow.session, work, rest)
            log.warning("media rest: too many could not be fetched", channel=medium.channel, until=rest.isoformat())
            return
        try:
            content, mime = self._fetched(medium)
            path = self._written(work.merchant_id, medium, content)
        except SendError as error:
            self._failed(database, work, medium, error)
            return
        except OSError as error:  # the disk
            self._failed(database, work, medium, TryLater(f"could not be written: {type(error).__name__}"))
            return
        try:
            with database.begin(SYSTEM) as uow:
                digest = sha256(content).hexdigest()
                media.kept(
                    uow, work.merchant_id, inbound_id, mime=mime, size=len(content), sha256=digest, path=str(path)
                )
                outbox.finish(uow.session, work)
        except NotFound:  # its customer was erased meanwhile
            (self._folder / path).unlink(missing_ok=True)
            with database.begin(SYSTEM) as uow:
                outbox.finish(uow.session, work)

    def _fetched(self, medium: MediaView) -> tuple[bytes, str]:
        channel = self._channels.get(medium.channel)
        if not isinstance(channel, FindsMedia):
            problem = f"nothing can be fetched from channel {medium.channel}"
            raise Refused(problem)
        content = fetch(channel.locate(medium), limit=self._limit)
        mime = sniff.mime_of(content)
        if not sniff.fits(medium.kind, mime):
            problem = f"it is no {medium.kind} but {mime or 'something that is not kept'}"
            raise Refused(problem)
        return content, mime

    def _written(self, merchant_id: str, medium: MediaView, content: bytes) -> Path:
        """The path below the data folder; whoever fetches it again writes the same."""
        path = Path(FOLDER) / merchant_id / medium.id
        whole = self._folder / path
        whole.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=whole.parent, delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(whole)
        return path

    def _failed(self, database: Database, work: Work, medium: MediaView, error: SendError) -> None:
        pause = _pause(error, work.attempts)
        gone = isinstance(error, Refused) or (isinstance(error, NotThere) and pause is None)
        over = gone or work.attempts >= outbox.MAX_ATTEMPTS
        reason = str(mask(f"{type(error).__name__}: {error}"))
        with database.begin(SYSTEM) as uow:
            theirs = not isinstance(error, Refused)
            media.not_kept(uow, work.merchant_id, medium.inbound_id, reason, theirs=theirs, over=over)
            if over:
                outbox.finish(uow.session, work)
            else:
                outbox.fail(uow.session, work, reason, pause=pause)
        (log.error if over else log.warning)("a medium was not fetched", medium=medium.id, error=reason)


def _pause(error: SendError, attempts: int) -> timedelta | None:
    """How long to wait; None: as the work itself does, or not at all."""
    if isinstance(error, NotThere):
        return _NOT_YET[attempts - 1] if attempts <= len(_NOT_YET) else None
    if isinstance(error, NotAllowed):
        return _CREDENTIALS
    return error.after if isinstance(error, TryLater) else None
