"""What must hold of every feed, date and page, and a search for bytes of which it does not hold.

`python -m fuzz` searches for a bounded time (atheris, where it has a wheel: Linux on x86_64).
"""
