"""A function's start without the search for garbage: importing it stops that, `done` lets it go on.

Nothing that imports make is garbage, and looking for some among it again and again takes a sixth of a start.
"""

import gc

gc.disable()


def done() -> None:
    """All is imported: what there is by now is never looked through again."""
    gc.freeze()
    gc.enable()
