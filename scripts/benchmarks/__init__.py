"""Measurements. Each module has `measure() -> list[Figure]`; `python -m scripts.benchmarks NAME` runs one."""
