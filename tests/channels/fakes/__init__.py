"""Pretended providers of channels: real HTTP, with trouble on demand."""
