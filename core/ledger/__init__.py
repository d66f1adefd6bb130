"""The money: one double-entry, append-only ledger in minor units."""
