"""The words of sitrep, in the order of the flow: one frozen dataclass a stage.  Pure.

Aware UTC datetimes end in `_at`.  Offsets count characters of the archived text.  Ids are short, printable, and
computed from content, so the same thing met twice has the same id.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple

# --- polling -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Feed:
    """What people wrote: a feed to watch."""

    id: str
    url: str
    title: str = ""
    backfill: bool = False
    """Take what the first poll lists as new, instead of learning it silently."""
    is_urgent: bool = False
    """Poll it every minute, as often as its server allows."""
    is_paused: bool = False


class Outcome(StrEnum):
    """What one poll of a feed came to."""

    LEARNED = "learned"
    """First poll: what is there is known from now on, and raised nothing."""
    NEW = "new"
    UNCHANGED = "unchanged"
    """Not modified, or nothing that was not seen before."""
    RETRY = "retry"
    """No answer, or one that time may mend (429, 5xx, time-out)."""
    BROKEN = "broken"
    """An answer that is no feed (404, an HTML page, an empty body)."""
    GONE = "gone"
    """The publisher says that it is over (410).  Asked again all the same, once a day."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What polling taught of a feed."""

    due_at: datetime
    every: timedelta | None = None
    """How often it is due again after that, until something else is written down; none where it is due once."""
    polled_at: datetime | None = None
    """When that which stands here was last found so; a poll that teaches nothing is written down once an hour."""
    outcome: Outcome | None = None
    reason: str = ""
    failures: int = 0
    """Polls in a row that ended in RETRY, BROKEN or GONE."""
    url: str = ""
    """Where the feed has moved for good (301, 308); empty while it answers where people wrote."""
    ttl: timedelta | None = None
    """How long the feed itself asks to be left alone (RSS ttl)."""
    newest_at: datetime | None = None
    """When it last published something, as far as polls saw."""
    daily: float = 0.0
    """Entries a day, as it stood at `newest_at`."""
    usual_gap: timedelta | None = None
    """The longest time between two entries that is usual; none until two are known."""
    etag: str = ""
    last_modified: str = ""
    body_sha256: str = ""
    seen: tuple[str, ...] = ()
    """Short ids of what is known already (entries, their pages, their titles), newest first; kept well past what the
    feed lists.  Stored apart: empty where it was not asked for."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which the operator wants a feed that answers to be polled."""

    shortest: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A feed that is to be polled."""

    feed_id: str
    host: str
    due: str
    """Its time as stored: a lease holds only where it still stands."""
    every: timedelta | None = None
    """As in `FeedState`."""


@dataclass(frozen=True, slots=True)
class FeedJob:
    """The order to poll some feeds now, at once: all that are due of one host are in one job."""

    feed_ids: tuple[str, ...]
    ordered_at: datetime


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect on the way to an answer."""

    status: int
    url: str
    """Where it was met, not where it leads to."""
    headers: dict[str, str] = field(default_factory=dict)
    """Names in lower case, as `Response.headers`."""
    request_headers: dict[str, str] = field(default_factory=dict)
    """As sent."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a GET came to."""

    url: str
    """Where it ended, after redirects."""
    status: int
    """HTTP status; 0 when there was no answer."""
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    """Decompressed, at most the size asked for."""
    reason: str = ""
    """Why there is no usable answer: "timed out after 20 s", "address not allowed: 10.0.0.1"."""
    hops: tuple[Hop, ...] = ()
    """Every redirect on the way, in order."""
    request_headers: dict[str, str] = field(default_factory=dict)
    """As sent with the last request; empty when none was."""


# --- reading -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """An item that a feed lists."""

    id: str
    feed_id: str
    url: str
    """Empty where the feed gives none that can be fetched: then the summary is all there is."""
    title: str
    summary: str
    published_at: datetime | None
    publisher: str
    """The feed's own title, or its host."""
    language: str
    """ISO 639-1, or empty when the feed does not say."""
    seen_at: datetime
    """When a poll first found it.  Fixes its day in the archive, whatever is repeated later."""
    correlation_id: str = ""
    """Follows a story through the logs of every step, from the poll to the alert."""


class EntryState(StrEnum):
    """Where an entry stands in the books.  Every entry ends in exactly one final state."""

    QUEUED = "queued"
    READ = "read"
    # final
    DUPLICATE = "duplicate"
    EXCLUDED = "excluded"
    BLOCKED = "blocked"
    UNREADABLE = "unreadable"
    NO_MATCH = "no_match"
    REPORTED = "reported"
    QUARANTINED = "quarantined"
    """A function failed on it for good: its message lies in a dead-letter queue until somebody sends it again."""


OPEN_STATES = frozenset({EntryState.QUEUED, EntryState.READ})
NOT_ENDED = OPEN_STATES | {EntryState.QUARANTINED}
"""What may still end otherwise: a message that was given up can be sent again once its cause is mended."""


@dataclass(frozen=True, slots=True)
class HostPages:
    """How a host answers for its pages, from the first of a day that it refused."""

    host: str
    day: date
    pages: int
    refused: int


class DateSource(StrEnum):
    """Where an article's time of publication stands.  A page's is exact to the minute, or there is none."""

    JSON_LD = "json-ld"
    META = "meta"
    TIME = "time"
    """An element of the page that says it is the date of publication."""
    FEED = "feed"
    """The page gives none; the feed does."""
    NONE = ""


class Quality(StrEnum):
    """How much of the story the text is, or what stood in its place."""

    GOOD = "good"
    SHORT = "short"
    """A brief: a few sentences."""
    NOISY = "noisy"
    """Less than half of the text is the story."""
    TEASER = "teaser"
    """The beginning of a story that goes on elsewhere, or hardly more than the feed's summary."""
    PAYWALL = "paywall"
    """What is shown of a story that is for subscribers."""
    SUMMARY = "summary"
    """The feed's words, because the page could not be read."""
    # nothing to read
    CONSENT = "consent"
    """A page that asks for consent to cookies."""
    CHALLENGE = "challenge"
    """A page that asks for proof that a human reads it."""
    MISSING = "missing"
    """A page that says that there is no such page."""
    NONE = "none"
    """A page without a story in it, or bytes that are no page."""


class Mark(StrEnum):
    """Why a paragraph is not the story.  Detection never fires on a marked paragraph alone."""

    TITLE = "title"
    """The headline, said again."""
    RELATED = "related"
    """A pointer to another story."""
    CAPTION = "caption"
    """What a picture shows, and whose it is."""
    NOTICE = "notice"
    """A word to the reader: of browsers, newsletters, rights, rules."""
    BYLINE = "byline"
    """Who wrote it, when, and from whose material."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph's place in the article's text: `text[start:end]`."""

    start: int
    end: int
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A sentence of an article that another reading found changed."""

    before: str
    """Empty where a sentence was added."""
    after: str
    """Empty where one was taken out."""


@dataclass(frozen=True, slots=True)
class Article:
    """What was read."""

    id: str
    """The entry's id."""
    url: str
    title: str
    text: str
    """Paragraphs joined by newlines.  Archived as it is here; offsets count into it."""
    paragraphs: tuple[Paragraph, ...]
    language: str
    """ISO 639-1, or empty when the page does not say."""
    publisher: str
    published_at: datetime | None
    fetched_at: datetime
    raw_sha256: str
    """Of the page's bytes as received; empty when there were none."""
    raw_key: str = ""
    """Where the page's WARC lies in the archive; empty when there is none."""
    unread: EntryState | None = None
    """BLOCKED or UNREADABLE when the story could not be read: then the text is the feed's summary, or the beginning of
    the story where the page shows more than that."""
    unread_reason: str = ""
    correlation_id: str = ""
    quality: Quality = Quality.GOOD
    authors: tuple[str, ...] = ()
    canonical_url: str = ""
    """The page's own word for its address; empty when it gives none that can be believed."""
    date_source: DateSource = DateSource.NONE
    page_title: str = ""
    """The page's own title; `title` is the feed's as long as the page's stays what it was."""
    revision: int = 0
    """Which reading this is: 0 is the first; a later one is kept only when it found the text changed."""
    revises: str = ""
    """Where the reading before lies in the archive; empty for the first."""
    edits: tuple[Edit, ...] = ()
    """What is new against the reading before; empty where that one had not the whole text."""
    feed_id: str = ""
    """The feed that listed it first; empty in articles that were archived before this was kept."""

    @property
    def from_summary(self) -> bool:
        return self.unread is not None


# --- detection -----------------------------------------------------------------------------------------------


class Certainty(StrEnum):
    """How a text stands to what it tells.  Only the first four can alert."""

    OBSERVED = "observed"
    REPORTED = "reported"
    CLAIMED = "claimed"
    ALLEGED = "alleged"
    DENIED = "denied"
    THREATENED = "threatened"
    HYPOTHETICAL = "hypothetical"
    EXERCISE = "exercise"
    HISTORICAL = "historical"
    FIGURATIVE = "figurative"


ALERTABLE = frozenset({Certainty.OBSERVED, Certainty.REPORTED, Certainty.CLAIMED, Certainty.ALLEGED})


class Field(StrEnum):
    """Which of an article's two texts a span counts into."""

    TITLE = "title"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that speak for a report, as archived."""

    rule: str
    """Id and version of the rule, `airstrike/1`."""
    field: Field
    start: int
    end: int
    text: str


class ClaimKind(StrEnum):
    KILLED = "killed"
    WOUNDED = "wounded"
    MISSING = "missing"
    DISPLACED = "displaced"
    VIOLATION = "ceasefire_violation"
    DENIAL = "denial"
    RESPONSIBILITY = "responsibility"


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure or a deed with its owner."""

    kind: ClaimKind
    by: str
    """Who says so, as written; the publisher's name when the article says it in its own voice."""
    verb: str
    """As written: "said", "accused"; empty when the article says it in its own voice."""
    certainty: Certainty
    sentence: Evidence
    value: int | None = None
    """The figure as an alert tells it; none for a deed."""
    min: int | None = None
    max: int | None = None


class Precision(StrEnum):
    SITE = "site"
    CITY = "city"
    REGION = "region"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Place:
    id: str
    """GeoNames id, or the id of our own supplement, or the country's code."""
    name: str
    """The gazetteer's name."""
    as_written: str
    country: str
    """ISO 3166-1 alpha-2."""
    country_name: str
    lat: float | None
    lon: float | None
    precision: Precision


@dataclass(frozen=True, slots=True)
class Codes:
    """What data sets call such an event; empty where one has no name for it."""

    acled: str = ""
    """Event type / sub-event type."""
    plover: str = ""
    cameo: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that spoke for or against a report, and what they mean: "denied", "suppressed", "sport"."""

    means: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Report:
    """One article's account of one event."""

    id: str
    article_id: str
    category: str
    """Id of the rule: `airstrike`, `ceasefire_violation`."""
    certainty: Certainty
    severity: int
    """0-100."""
    score: float
    """0-1: how sure detection is that the text reports such an event."""
    place: Place | None
    """None when the text does not say where."""
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    """What fired, in the order of the text; the first is the quoted one."""
    sentence: Evidence
    """The whole sentence that says it."""
    kind: str = ""
    """What it was in particular, where the rule tells kinds apart: `explosion`, `overflight`."""
    flags: tuple[str, ...] = ()
    """What else is true of it: `protected_object`, `friendly_fire`."""
    codes: Codes = Codes()
    family: str = ""
    """Categories that papers tell one event under share it; empty in reports archived before this was kept."""
    alerts: bool = True
    """The rule's word: false for what is worth a record and no message by itself."""
    cues: tuple[Cue, ...] = ()
    """What decided how sure it is, and what its flags stand on."""
    against: tuple[Cue, ...] = ()
    """What speaks against it: suppressors, and tellings that are denied, old or only feared."""
    parts: dict[str, float] = field(default_factory=dict)
    """What the score is made of, by name."""

    @property
    def is_alertable(self) -> bool:
        return self.alerts and self.certainty in ALERTABLE


@dataclass(frozen=True, slots=True)
class Traits:
    """What tells one event from another, read from the article once.  Empty or none where the article does not say."""

    day: date | None = None
    """When it happened, at the place; a night counts to the day that it ends in."""
    is_day_told: bool = False
    """The text says so; else it is the day of publication."""
    hours: tuple[int, int] | None = None
    """Between which hours of that day, 0-24, as far as the text says: `(17, 18)` of "at 5 p.m."."""
    parties: tuple[str, ...] = ()
    """Who is said to have done it: ISO 3166-1 alpha-2 of states, names of groups in lower case; in order."""
    wire: str = ""
    """The news agency whose text it is, in lower case: `reuters`."""
    sketch: tuple[int, ...] = ()
    """The least hashes of its runs of three words, ascending: texts that share many share most of their words."""
    words: tuple[str, ...] = ()
    """What its title and its sentence are about, in order: no names of places, no numbers, no words of every strike."""


@dataclass(frozen=True, slots=True)
class Story:
    """A report with the article it stands in: what detect hands to notify."""

    report: Report
    url: str
    title: str
    publisher: str
    published_at: datetime | None
    article_key: str
    """Where the article lies in the archive."""
    raw_sha256: str
    from_summary: bool
    correlation_id: str
    revision: int = 0
    """Of the article.  A story of a later one takes the place of the earlier one, whose report's id it bears."""
    group: str = ""
    """Of the article's first story, to find its incident whatever an edit says of the place; empty in that story."""
    edits: tuple[Edit, ...] = ()
    """What concerns this story of what was edited."""
    is_withdrawn: bool = False
    """The article tells of no such event any more: the report is the last that it told."""
    before: "Story | None" = None
    """The story as the article first told it; none where this is that."""
    read_at: datetime | None = None
    """When the article was read; stands in for a time of publication that is not known."""
    feed_id: str = ""
    traits: Traits = Traits()


# --- alerting ------------------------------------------------------------------------------------------------


class Status(StrEnum):
    """Why an alert is said.  CAP 1.2 calls the first Alert, the second and third Update, the last Cancel."""

    NEW = "new"
    UPDATE = "update"
    CORRECTION = "correction"
    """A source takes back what was told."""
    CLOSED = "closed"
    """Nothing new for a day."""


class AlertState(StrEnum):
    """Where an alert stands in the outbox.  Every alert that was decided ends in one of the last two."""

    PENDING = "pending"
    """Decided, and not sent yet: due at once or later."""
    SENT = "sent"
    DROPPED = "dropped"
    """Never sent, for the reason that it bears: overtaken by what came after, muted, taken back."""


@dataclass(frozen=True, slots=True)
class ToldFigure:
    """A figure that an alert told, and whose it was."""

    kind: ClaimKind
    owner: str
    words: str
    """`62`, `at least 13`."""
    number: int
    """To compare by."""
    is_open: bool = False
    """No upper end was told: "at least", "about"."""
    is_attributed: bool = True
    """Somebody says so; else an article does, in its own voice."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader knows after an alert: the coded fields of an incident, to compare the next state with."""

    certainty: Certainty
    severity: int
    place: Place | None
    figures: tuple[ToldFigure, ...] = ()
    flags: tuple[str, ...] = ()
    deeds: tuple[tuple[ClaimKind, str], ...] = ()
    """Who alleges a violation, takes or gives responsibility, denies: kind and owner."""
    notices: tuple[str, ...] = ()
    """What articles say of their own corrections."""
    is_withdrawn: bool = False
    """Nobody tells it as having happened."""
    is_denied: bool = False
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """What we say about an incident, and why now."""

    id: str
    """`<incident id>-r<revision>`."""
    status: Status
    revision: int
    why: str
    """What is new, in words: "killed: 62 -> 80 (Syrian Observatory for Human Rights)"."""
    tells: Told
    decided_at: datetime
    due_at: datetime
    state: AlertState = AlertState.PENDING
    reason: str = ""
    """Why it waits, or why it was dropped; empty when it went out at once."""
    message: str = ""
    """What SNS is to be given, as JSON; kept only while it is pending."""
    sent_at: datetime | None = None
    message_id: str = ""
    """SNS's id; empty until published."""
    report_id: str = ""
    """Of the story that was the cause."""
    is_burst: bool = False
    """It is told with others of its country, in one message."""


@dataclass(frozen=True, slots=True)
class Silence:
    """That nothing was said, and why."""

    at: datetime
    report_id: str
    """Of the story that said it."""
    reason: str


@dataclass(frozen=True, slots=True)
class Incident:
    """What happened in the world, joined from stories."""

    id: str
    group: str
    """Family and country: stories of one group are handled one after the other."""
    revision: int
    """Of the last alert that was decided; 0 where there was none."""
    category: str
    certainty: Certainty
    severity: int
    place: Place | None
    day: date
    """Of the event, as the stories tell it."""
    opened_on: date
    """The event's day as its first story told it; never changes, for the record lies under it."""
    first_seen_at: datetime
    """When its first story was published."""
    last_seen_at: datetime
    stories: tuple[Story, ...]
    """In order of publication, whatever the order of arrival."""
    alerts: tuple[Alert, ...] = ()
    """In the order of their decision."""
    silences: tuple[Silence, ...] = ()
    """In their order; the latest only."""
    maybe_same: tuple[str, ...] = ()
    """Ids of incidents that it may be the same as."""
    also: tuple[str, ...] = ()
    """Ids under which it was known before these were found to be the same."""
    merged_into: str = ""
    """Id of the incident that it was found to be the same as; then it has no stories of its own any more."""
    closed_at: datetime | None = None
    version: int = 0
    """Counts the writes of this record, so that two writers never overwrite each other."""


class Spot(NamedTuple):
    """Where and when a story puts its event.  A tuple, for many are kept and read."""

    where: str
    """The place's id; empty without one."""
    level: int
    """2 is a site or a town, 1 a region, 0 a country or nothing."""
    lat: float | None
    lon: float | None
    day: int
    """Counted as `date.toordinal` does."""
    is_day_told: bool


class Head(NamedTuple):
    """What is to be known of an incident without reading it whole: where and when to look for a story's kin."""

    group: str
    key: str
    """Under which the store has it."""
    spots: tuple[Spot, ...]
    """Of its stories as they were first told, each once; the first is where the incident is taken to be."""
    reports: str
    """A few letters of each story's report, with spaces between, to find what an edited article told."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when until when, on the operator's clock, only what is critical is sent; over midnight if need be."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Policy:
    """When the operator wants us to speak, and when to be silent."""

    wait: timedelta = timedelta(0)
    """How long the first report waits for a second source; ended by one, or by severity."""
    gather: timedelta = timedelta(minutes=5)
    """How long changes are gathered into one update."""
    cool_down: timedelta = timedelta(minutes=30)
    """The least time between two updates of an incident, unless it gets graver."""
    max_age: timedelta = timedelta(hours=48)
    """How old an article may be and still alert."""
    close_after: timedelta = timedelta(hours=24)
    """How long nothing is to be new of an incident before it is closed."""
    send_closed: bool = False
    """Say so to readers when it is."""
    burst: int = 10
    """So many new incidents of a country within `burst_within` are told in one message from there on; 0: never."""
    burst_within: timedelta = timedelta(minutes=5)
    quiet: QuietHours | None = None
    zone: tzinfo = UTC
    sms_a_day: int = 0
    """Alerts that phones get a day, on the clock of `zone`; 0: all."""


@dataclass(frozen=True, slots=True)
class Due:
    """The order to see to an incident about which there is something to do by now, though no story comes."""

    group: str
    key: str
    """Under which the store has it."""


class Muted(StrEnum):
    """What people can silence."""

    INCIDENT = "incident"
    RULE = "rule"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class Mute:
    """The operator's word that nothing is to be said of something."""

    kind: Muted
    target: str
    """Id of an incident, of a category, of a feed."""
    since: datetime
    until: datetime | None = None
    """None: until it is taken back."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reread:
    """The order to read the page behind an alert again, when it is due."""

    article_key: str
    """Of the first reading."""
    number: int
    """1 and up: what is found is kept as this revision."""
    due_at: datetime
    """Whatever the queue does: who gets the order earlier sends it on."""
    correlation_id: str
