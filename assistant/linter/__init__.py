"""What a merchant should mend so that customers are understood: everything on the menu is said to the parser."""

from assistant.linter.review import review
from assistant.linter.texts import SMS_KEYWORDS, lint_wordings

__all__ = ["SMS_KEYWORDS", "lint_wordings", "review"]
