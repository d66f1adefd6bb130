"""The database: one engine, one unit of work, one outbox."""
