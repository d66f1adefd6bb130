"""What a location's settings look like in a form, and what a form says of them. Each part reads what it writes."""
