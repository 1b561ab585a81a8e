"""A story and the heads of incidents in; what it did to those few that have to be read, out.  Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from shared.core.alerts import hangs_on_links
from shared.core.incidents import Joined, first_told, head_of, home_of, id_of, may_have_told
from shared.core.kinship import cell_of, cells_near, near
from shared.types import Head, Incident, Story


def settle(
    story: Story,
    heads: Sequence[Head],
    read: Callable[[Sequence[Head]], Iterable[Incident]],
    join: Callable[[Sequence[Incident]], Joined],
) -> Joined:
    """Puts a story to the incidents that it may change; no others are read.

    `heads` are those where its kin may be; `read` gives the incidents of some of them, and `join` puts the story to
    incidents.
    """
    seen: set[str] = set()
    known: list[Incident] = []

    def look_at(some: Iterable[Head]) -> bool:
        more = [head for head in some if head.key not in seen]
        seen.update(head.key for head in more)
        known.extend(read(more) if more else ())
        return bool(more)

    if story.revision:  # its incident is wherever it was, whatever the edit says of the place
        look_at(head for head in heads if may_have_told(head, story))
    told = next((each for incident in known for each in incident.stories if each.report.id == story.report.id), story)
    look_at(near(heads, [first_told(told)]))
    joined = join(known)
    if joined.is_known:
        return joined
    if joined.is_regrouped:
        # What they may be the same as is to be found anew for all of their stories.
        changed = (joined.home, *joined.others)
        if look_at(near(heads, [first_told(each) for incident in changed for each in incident.stories])):
            joined = join(known)
    if hangs_on_links(joined.home):
        links = set(joined.home.maybe_same)
        if look_at(head for head in heads if id_of(head) in links):
            joined = join(known)
    return joined


class Shelf:
    """Incidents in memory, found as they are in the table; where that has no part in it."""

    def __init__(self, incidents: Iterable[Incident] = ()) -> None:
        self.incidents: dict[str, Incident] = {}
        """By id."""
        self._heads: dict[str, dict[str, tuple[str, Head]]] = defaultdict(dict)
        """By group and id, each with its cell."""
        for incident in incidents:
            self.keep(incident)

    def keep(self, incident: Incident) -> None:
        """Puts an incident in the place of what it was."""
        self.incidents[incident.id] = incident
        self._heads[incident.group].pop(incident.id, None)
        if incident.stories:
            head = head_of(incident)
            self._heads[incident.group][incident.id] = cell_of(head), head

    def heads(self, story: Story) -> list[Head]:
        """Those where kin of a story may be."""
        cells = None if story.revision else cells_near(story)
        return [head for cell, head in self._heads[home_of(story)].values() if cells is None or cell in cells]

    def get(self, heads: Iterable[Head]) -> list[Incident]:
        """The incidents of these heads."""
        return [self.incidents[id_of(head)] for head in heads]
