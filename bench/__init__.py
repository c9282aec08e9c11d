"""Measurements of Podium itself, each a program of its own: `python -m bench.sandbox`."""
