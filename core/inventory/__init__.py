"""Stock levels, reservations and movements."""
