"""Changing much of a menu at once: by a rule or by a table, looked at before, all or nothing, and undone."""
