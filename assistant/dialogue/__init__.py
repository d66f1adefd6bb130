"""Where a conversation stands, and what a message means there."""
