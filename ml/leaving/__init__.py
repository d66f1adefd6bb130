"""The second voice about opting out: a small model that hears what the grammar of the assistant has no rule for."""

from ml.leaving.listener import Listener

__all__ = ["Listener"]
