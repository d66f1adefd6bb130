"""One module for each part of the admin; each has a `router`."""
