"""Who works in the shop and what they may do."""
