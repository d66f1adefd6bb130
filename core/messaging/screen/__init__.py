"""What a customer has before them: which answers can be pressed, and whether a message can take another one's place."""

from core.messaging.screen.repository import above, offered
from core.messaging.screen.views import PRESSED, Above, Offered

__all__ = ["PRESSED", "Above", "Offered", "above", "offered"]
