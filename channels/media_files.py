"""Where fetched media are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from core.settings import Settings

FOLDER: Final = "media"


def delete(settings: Settings, paths: tuple[str, ...]) -> None:
    """Delete the files of media that were forgotten (`media.remove`); those that are gone already do not matter."""
    home = (settings.data_path / FOLDER).resolve()
    for path in paths:
        whole = (settings.data_path / path).resolve()
        if whole.is_relative_to(home):
            whole.unlink(missing_ok=True)
