"""Values that every module shares: money, time, identifiers, errors, events, text. Standard library only."""
