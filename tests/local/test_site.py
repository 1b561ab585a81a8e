"""The sample site."""

import http.client
import threading
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

import feedparser
import pytest
import trafilatura

from shared.errors import InputError
from sitrep.local.site import EXPECTED, Site, missing_alerts, render

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setattr("sitrep.local.site.PATIENCE_SECONDS", 0)
    with Site(started_at=NOW) as site:
        yield site


def test_each_feed_lists_stories_of_the_last_hours(site):
    for feed in site.feeds():
        parsed = feedparser.parse(urlopen(feed.url).read())

        assert not parsed.bozo
        assert parsed.feed.title == feed.title
        for entry in parsed.entries:
            published = datetime(*entry.published_parsed[:6], tzinfo=UTC)
            assert timedelta() < NOW - published < timedelta(hours=3)


def test_every_listed_page_can_be_read(site):
    links = [entry.link for feed in site.feeds() for entry in feedparser.parse(urlopen(feed.url).read()).entries]

    pages = {link: trafilatura.extract(urlopen(link).read().decode()) for link in links}

    assert len(pages) == 7
    assert all(len(text.splitlines()) >= 5 for text in pages.values())


def test_no_name_is_left_unfilled():
    for path, (_, body) in render("http://127.0.0.1:1", NOW).items():
        assert b"{{" not in body, path


def test_the_second_publisher_comes_after_the_first(site, monkeypatch):
    monkeypatch.setattr("sitrep.local.site.PATIENCE_SECONDS", 60)
    asked: list[str] = []

    def later():
        urlopen(f"{site.url}/harbour/atom.xml").read()
        asked.append("harbour")

    second = threading.Thread(target=later)
    second.start()
    urlopen(f"{site.url}/meridian/rss.xml").read()
    asked.append("meridian")
    urlopen(f"{site.url}/meridian/world/coalition-jets-deir-el-zour").read()
    second.join(timeout=30)

    assert asked == ["meridian", "harbour"]


def test_what_is_known_already_is_not_sent_again(site):
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    connection.request("GET", "/meridian/rss.xml")
    first = connection.getresponse()
    first.read()

    connection.request("GET", "/meridian/rss.xml", headers={"If-None-Match": first.headers["ETag"]})

    second = connection.getresponse()
    assert (first.status, second.status, second.read()) == (200, 304, b"")
    assert first.headers["Content-Type"] == "application/rss+xml; charset=utf-8"


def test_a_page_that_is_not_there_is_a_404(site):
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    connection.request("GET", "/meridian/nothing")

    assert connection.getresponse().status == 404


def test_the_site_comes_back_on_its_port(site):
    with pytest.raises(InputError, match=f"port {site.port}"):
        Site(site.port)


def told(protocol, category, country, status="new"):
    attributes = {"category": category, "status": status, "country": [country]}
    return {"protocol": protocol, "subject": None, "body": "words", "attributes": attributes}


def test_the_sample_is_told_as_it_should_be():
    messages = [told(protocol, *about) for protocol in ("email", "sms") for about in EXPECTED]

    assert missing_alerts(messages) == []
    assert missing_alerts([*messages, told("sms", "airstrike", "SY", "update")]) == []


def test_a_missing_alert_and_one_too_many_are_named():
    messages = [told(protocol, *about) for protocol in ("email", "sms") for about in EXPECTED]

    assert missing_alerts(messages[1:])[0].startswith("no email tells of the")
    assert missing_alerts([*messages, told("email", "airstrike", "GB")]) == ["email about ('airstrike', 'GB'): words"]
