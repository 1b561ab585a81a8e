"""A week of news that nobody lived through, with all that is true of it: `week(seed)`.  Pure: one week for a seed.

`plan` makes deeds and when they are told by whom, `tell` words each telling, `reading` runs the real detection on it.
"""

from tests.news.plan import Deed, Telling, Turn, Week, week

__all__ = ["Deed", "Telling", "Turn", "Week", "week"]
