"""The optional language model, against a real server that speaks its protocol."""
