"""What has been found out about the words of one menu, and will be asked again with the next message."""

from __future__ import annotations

from typing import TypeVar

_MOST = 8192  # words of messages are without number: what is known of them must not be
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Memory(dict[_Key, _Value]):
    """Answers by what was asked; when there are too many, all are forgotten.

    Threads may share one: an answer that is found twice, or forgotten meanwhile, is the same answer.
    """

    def keep(self, key: _Key, value: _Value) -> _Value:
        """Remember an answer, and give it back."""
        if len(self) >= _MOST:
            self.clear()
        self[key] = value
        return value
