"""The frames of conversations as data, one file a language."""
