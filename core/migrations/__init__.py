"""Alembic migrations, run on both databases."""
