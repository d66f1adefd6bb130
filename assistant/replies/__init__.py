"""What we say: templates per language, and the rows behind every number, price, name and time in them."""
