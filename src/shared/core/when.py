"""A story in, when it was published and when what it tells happened out.  Pure."""

from datetime import UTC, date, datetime

from shared.types import Story

FIRST = datetime.min.replace(tzinfo=UTC)


def at(story: Story) -> datetime:
    """When a story was published; when it was read, where that is not known or was said to lie ahead."""
    times = [moment for moment in (story.published_at, story.read_at) if moment is not None]
    return min(times, default=FIRST)


def day_of(story: Story) -> date:
    """The day of the event, as the story tells it or else as it was published."""
    return story.traits.day or at(story).date()
