"""Measures sitrep beside named rivals in one run: `make bench`.  Ratios travel between machines, seconds do not.

`python -m bench` runs all, `python -m bench NAME` one.
"""
