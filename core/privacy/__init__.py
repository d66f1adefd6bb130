"""What reaches across the whole store for one person: moving between channels, handing out, and erasing."""

from core.privacy.service.erasing import A_MOMENT, COMPACT, ERASE, ask_to_erase, erase, may_erase
from core.privacy.service.exporting import DOWNLOAD, count, export, find
from core.privacy.service.moving import is_linked, part, part_all, take_over
from core.privacy.views import Counted, Erased, Moved

__all__ = [
    "A_MOMENT",
    "COMPACT",
    "DOWNLOAD",
    "ERASE",
    "Counted",
    "Erased",
    "Moved",
    "ask_to_erase",
    "count",
    "erase",
    "export",
    "find",
    "is_linked",
    "may_erase",
    "part",
    "part_all",
    "take_over",
]
