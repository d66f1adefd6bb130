"""Menu-grounded understanding: from a menu and a message to order lines, each with the words that caused it."""
