"""Providers that keep state, misbehave on demand, and speak HTTP."""
