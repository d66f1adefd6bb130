"""The built-in page where payments are pretended, for trying everything out."""
