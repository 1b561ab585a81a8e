"""Measures sitrep beside named rivals in one run: `make bench`.  Ratios travel between machines, seconds do not."""
