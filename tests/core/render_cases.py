"""Stories of one raid, and the incident and the alert that they make, for tests of what readers get."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from shared.core.alerts import tells
from shared.core.incidents import told_by
from shared.core.render import Message, render_message
from shared.types import (
    Alert,
    Certainty,
    Claim,
    ClaimKind,
    Codes,
    Evidence,
    Field,
    Incident,
    Place,
    Precision,
    Report,
    Status,
    Story,
    Traits,
)

NOW = datetime(2016, 9, 17, 20, 20, tzinfo=UTC)
TOWN = Place("170794", "Deir ez-Zor", "Deir el-Zour", "SY", "Syria", 35.33588, 40.14084, Precision.CITY)
TOLL = Evidence(
    "airstrike/1",
    Field.TEXT,
    1024,
    1132,
    "Moscow's defence ministry put the dead of the raid at 62 and the wounded at 100",
)
BREACH = Evidence(
    "ceasefire_violation/1", Field.TEXT, 2310, 2370, "Mr Churkin held that Washington had broken the truce."
)
TRIGGER = Evidence("airstrike/1", Field.TITLE, 5, 15, "airstrikes")
MINISTRY = "The Russian Defense Ministry"
MONITOR = "the Syrian Observatory for Human Rights"


def counted(
    kind: ClaimKind,
    value: int | None,
    by: str = MINISTRY,
    verb: str = "said",
    low: int | None = None,
    high: int | None = None,
) -> Claim:
    if low is None and high is None:
        low = high = value
    return Claim(kind, by, verb, Certainty.CLAIMED, TOLL, value, low, high)


KILLED = counted(ClaimKind.KILLED, 62)
WOUNDED = counted(ClaimKind.WOUNDED, 100)
ALLEGED = Claim(ClaimKind.VIOLATION, "Vitaly Churkin", "accused", Certainty.ALLEGED, BREACH)
DENIED = Claim(ClaimKind.DENIAL, "U.S. Central Command", "denied", Certainty.DENIED, BREACH)
OBSERVATORY = counted(ClaimKind.KILLED, 80, MONITOR)

REPORT = Report(
    id="report-a",
    article_id="article-a",
    category="airstrike",
    certainty=Certainty.CLAIMED,
    severity=70,
    score=0.93,
    place=TOWN,
    claims=(KILLED, WOUNDED, ALLEGED),
    evidence=(TRIGGER,),
    sentence=TOLL,
    codes=Codes("Explosions/Remote violence / Air/drone strike", "ASSAULT", "195"),
)
STORY = Story(
    report=REPORT,
    url="https://news.example/raid",
    title="Raid may have hit Syrian soldiers",
    publisher="NBC News",
    published_at=NOW - timedelta(minutes=6),
    article_key="articles/dt=2016-09-17/article-a.json",
    raw_sha256="5f" * 32,
    from_summary=False,
    correlation_id="",
    read_at=NOW,
)
SECOND = replace(
    STORY,
    report=replace(REPORT, id="report-b", claims=(OBSERVATORY, DENIED)),
    publisher="BBC News",
    title="Toll of the raid rises",
    published_at=NOW - timedelta(minutes=2),
)
ID = "k3v7q2mzab"


def with_report(**changes: object) -> Story:
    return replace(STORY, report=replace(REPORT, **changes))  # type: ignore[arg-type]


def printed(number: int, publisher: str, *claims: Claim, minutes: int = 0, wire: str = "") -> Story:
    """Another paper's story of the raid, so many minutes after the first."""
    report = replace(REPORT, id=f"report-{number}", claims=claims)
    moment = NOW + timedelta(minutes=minutes - 6)
    return replace(
        STORY,
        report=report,
        url=f"https://{number}.example/raid",
        publisher=publisher,
        published_at=moment,
        read_at=moment + timedelta(minutes=1),
        traits=Traits(wire=wire),
    )


def incident_of(
    *stories: Story, status: Status = Status.NEW, why: str = "first report, by NBC News"
) -> tuple[Incident, Alert]:
    """The incident that these stories make, and an alert on it whose cause is the last of them."""
    known = {story.report.id: story for story in stories}
    first, last = stories[0], stories[-1]
    blank = Incident(
        id=ID,
        group="strike.sy",
        revision=1,
        category="airstrike",
        certainty=Certainty.CLAIMED,
        severity=0,
        place=None,
        day=date(2016, 9, 17),
        opened_on=date(2016, 9, 17),
        first_seen_at=NOW,
        last_seen_at=NOW,
        stories=(),
    )
    before, after = told_by(blank, [first]), told_by(blank, list(known.values()))
    new = Alert(f"{ID}-r1", Status.NEW, 1, why, tells(before), NOW, NOW, report_id=first.report.id)
    if status is Status.NEW:
        alert = replace(new, tells=tells(after), report_id=last.report.id)
        return replace(after, alerts=(alert,)), alert
    alert = Alert(f"{ID}-r2", status, 2, why, tells(after), NOW, NOW, report_id=last.report.id)
    return replace(after, revision=2, alerts=(new, alert)), alert


def message_of(*stories: Story, status: Status = Status.NEW, why: str = "first report, by NBC News") -> Message:
    return render_message(*incident_of(*stories, status=status, why=why))


def unwrapped(body: str) -> str:
    return " ".join(body.replace("\n    > ", " ").split())
