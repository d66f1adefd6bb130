"""The review of a menu."""
