"""What to ask next, and what to offer instead."""
