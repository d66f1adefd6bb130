"""Who may do what: actors, roles, permissions, and the guard of every service function."""
