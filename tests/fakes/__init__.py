"""What all pretended providers share."""
