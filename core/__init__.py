"""The shop: its domain, its tables and its transactions. Knows no other room of the house."""
