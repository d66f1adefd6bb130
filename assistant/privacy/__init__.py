"""What customers say about being written to, about other channels, and about what is kept of them."""
