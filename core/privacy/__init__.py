"""What reaches across the whole store for one person: moving between channels, handing out, and erasing."""

from core.privacy.service.erasing import ERASE, ask_to_erase, erase
from core.privacy.service.exporting import count, export, find
from core.privacy.service.moving import part, part_all, take_over
from core.privacy.views import Counted, Erased, Moved

__all__ = [
    "ERASE",
    "Counted",
    "Erased",
    "Moved",
    "ask_to_erase",
    "count",
    "erase",
    "export",
    "find",
    "part",
    "part_all",
    "take_over",
]
