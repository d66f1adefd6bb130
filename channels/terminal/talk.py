"""A talk in a terminal: lines in, replies with numbered answers out, through the same engine as every channel."""

from __future__ import annotations

from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from channels import degrade, inbound
from channels.base import Abilities
from core import messaging
from core.kernel.ids import new_id
from core.kernel.text import clean
from core.messaging import Envelope

if TYPE_CHECKING:
    from typing import TextIO

    from channels.base import LaneDrain
    from core.db.session import Database
    from core.messaging import Received

ABILITIES: Final = Abilities(text=100_000)
_PATIENCE = 30.0  # seconds that another worker may take over our turn
_LOOK_AGAIN = 0.1


class Terminal:
    """One customer at this terminal. `sender` names who it is; the same sender finds the same cart again."""

    def __init__(self, database: Database, drain: LaneDrain, merchant_id: str, sender: str = "terminal") -> None:
        self._database = database
        self._drain = drain
        self._merchant_id = merchant_id
        self._sender = sender
        self._seen = 0

    def run(self, lines: TextIO, screen: TextIO) -> None:
        """Talk until an empty line or the end of `lines`. The number of an answer picks it."""
        screen.write("Say what you would like. An empty line ends the talk.\n")
        while True:
            screen.write("> ")
            screen.flush()
            try:
                line = lines.readline()
            except KeyboardInterrupt:
                line = ""
            text = clean(line)
            if not text:
                screen.write("\n")
                return
            screen.writelines(f"{reply}\n" for reply in self.say(text))

    def say(self, text: str) -> tuple[str, ...]:
        """Say one thing, and answer what the shop replies, answers numbered."""
        envelope = Envelope(
            channel="terminal",
            account="local",
            external_id=new_id(),
            sender=self._sender,
            kind="text",
            text=text,
            pushes=False,
        )
        with self._drain.quietly():
            received = inbound.accept(self._database, self._merchant_id, envelope, abilities=ABILITIES)
        self._drain.lane(received.lane)
        self._wait(received)
        return self._news(received)

    def _wait(self, received: Received) -> None:
        """Wait for another worker, should it have taken our turn."""
        deadline = monotonic() + _PATIENCE
        while monotonic() < deadline:
            with self._database.read() as session:
                if messaging.open_turn(session, received.conversation_id) is None:
                    return
            sleep(_LOOK_AGAIN)
            self._drain.lane(received.lane)

    def _news(self, received: Received) -> tuple[str, ...]:
        with self._database.read() as session:
            log = messaging.log(session, received.conversation_id, self._seen or received.seq)
        self._seen = max([self._seen, *(message.seq for message in log)])
        contents = [message.content for message in log if message.content is not None]
        return tuple(part.text for content in contents for part in degrade.fit(content, ABILITIES))
