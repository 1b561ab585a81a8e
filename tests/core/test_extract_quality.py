import pytest

from shared.core.extract import Extracted, extract_article
from shared.core.quality import challenge
from shared.types import Quality
from tests.core.test_extract import STORY, page

URL = "https://news.example/1"
LONG = STORY * 3


def grade(html: bytes) -> tuple[Quality, str]:
    extracted = extract_article(html, URL)
    return extracted.quality, extracted.reason


def titled(title: str, *lines: str) -> bytes:
    return page(*lines, head=f"<title>{title}</title>")


GRADED = {
    "a story": (page(*LONG), Quality.GOOD),
    "a brief": (page(*STORY), Quality.SHORT),
    "a brief among pointers": (page(*STORY, *["Related: " + line for line in LONG[:8]]), Quality.NOISY),
    "a story about cookies": (
        page(
            *LONG,
            "The law on cookies and consent will change, the privacy office said, and sites must ask their users.",
        ),
        Quality.GOOD,
    ),
    "a brief about partners": (
        page("The partners met. The partners gave their consent, and the other partners gave theirs. " * 2),
        Quality.SHORT,
    ),
    "a brief of people who join": (page(*STORY, "Many join the march to continue to the port."), Quality.SHORT),
    "a story about robots": (page(*LONG, "The mayor asked: are you a robot? The engineers laughed."), Quality.GOOD),
    "a story about a number": (titled("404 people hurt as the bridge falls", *STORY), Quality.SHORT),
    "a story about paywalls": (page("The paper will be for subscribers only, it said.", *LONG, *LONG), Quality.GOOD),
    "a story for subscribers, shown whole": (
        page(
            *LONG,
            *LONG,
            head='<script type="application/ld+json">{"@type": "Article", "isAccessibleForFree": false}</script>',
        ),
        Quality.GOOD,
    ),
}


@pytest.mark.parametrize(("html", "quality"), GRADED.values(), ids=GRADED)
def test_a_story_is_graded_by_its_length_and_by_what_is_beside_it(html: bytes, quality: Quality) -> None:
    assert grade(html) == (quality, "")


PAID = '<script type="application/ld+json">{"@type": "Article", "isAccessibleForFree": %s}</script>'
PARTS = {
    "said to search engines": (page(*STORY, head=PAID % "false"), Quality.PAYWALL),
    "said as text": (page(*STORY, head=PAID % '"False"'), Quality.PAYWALL),
    "said to readers": (page(*STORY, "Subscribe to continue reading this story."), Quality.PAYWALL),
    "said in German": (page(*STORY, "Dieser Inhalt ist nur für Abonnenten sichtbar."), Quality.PAYWALL),
    "said in French": (page(*STORY, "Il vous reste 57.09% de cet article à lire."), Quality.PAYWALL),
    "a story that goes on": (page(*STORY, "Continue reading"), Quality.TEASER),
    "a story that is cut": (page(*STORY, "And then the mayor of the town said that […]"), Quality.TEASER),
}


@pytest.mark.parametrize(("html", "quality"), PARTS.values(), ids=PARTS)
def test_the_beginning_of_a_story_is_kept_and_told_for_what_it_is(html: bytes, quality: Quality) -> None:
    extracted = extract_article(html, URL)

    assert extracted.quality is quality
    assert extracted.reason
    assert extracted.text.startswith(STORY[0])


CONSENT = (
    "We and our 842 partners store and access personal data, such as cookies, on your device.",
    "With your consent our partners may use cookies for personalised ads. You may accept all or reject all cookies.",
    "Our vendors process data on the basis of legitimate interest. Your privacy choices apply to this site.",
)
EINWILLIGUNG = (
    "Mit Werbung und Cookies weiterlesen: Wir und unsere Partner brauchen Ihre Einwilligung in diese Cookies.",
    "Die Zustimmung ist jederzeit widerrufbar. Näheres zum Datenschutz und zum Tracking in der Datenschutzerklärung.",
)
STRANGERS = {
    "consent": (page(*CONSENT), Quality.CONSENT, "a consent page, not the article"),
    "consent in German": (page(*EINWILLIGUNG), Quality.CONSENT, "a consent page, not the article"),
    "a page that is gone": (
        titled("Page not found | The Example", *STORY),
        Quality.MISSING,
        "the page says that it was not found",
    ),
    "a page that is gone, in Arabic": (
        titled("الصفحة غير موجودة", *STORY),
        Quality.MISSING,
        "the page says that it was not found",
    ),
    "an error by its number": (
        titled("404 - Gone", *STORY),
        Quality.MISSING,
        "the page says that it was not found",
    ),
    "a shell for scripts": (
        b"<html><body><noscript>Enable JavaScript to run this.</noscript><div id=root></div></body></html>",
        Quality.NONE,
        "the page shows nothing without JavaScript",
    ),
    "a page of pictures": (b"<html><body><img><img></body></html>", Quality.NONE, "no text in the page"),
    "a PDF": (b"%PDF-1.7 ...", Quality.NONE, "the page is no HTML but a PDF"),
    "an image": (b"\x89PNG\r\n\x1a\n", Quality.NONE, "the page is no HTML but an image"),
    "data": (b'{"title": "Bridge"}', Quality.NONE, "the page is no HTML but JSON"),
    "compressed data": (b"\x1f\x8b\x08\x00", Quality.NONE, "the page is no HTML but compressed data"),
    "plain words": (b"only words", Quality.NONE, "the page is no HTML"),
}


@pytest.mark.parametrize(("html", "quality", "reason"), STRANGERS.values(), ids=STRANGERS)
def test_what_stands_in_the_place_of_a_story_is_named_and_gives_no_text(
    html: bytes, quality: Quality, reason: str
) -> None:
    extracted = extract_article(html, URL)

    assert (extracted.quality, extracted.reason) == (quality, reason)
    assert (extracted.text, extracted.paragraphs) == ("", ())


def challenged(extracted: Extracted) -> bool:
    return extracted.quality is Quality.CHALLENGE and not extracted.text


CHALLENGES = {
    "Cloudflare": b"<html><head><title>Just a moment...</title></head><body><p>Verifying</p></body></html>",
    "DataDome": b"<html><body><script src='https://ct.captcha-delivery.com/c.js'></script></body></html>",
    "PerimeterX": b"<html><body><div id='px-captcha'></div><p>Press and hold</p></body></html>",
    "Incapsula": b"<html><body><iframe src='/_Incapsula_Resource?x=1'>Request unsuccessful.</iframe></body></html>",
    "Imperva": b"<html><body><h1>Pardon Our Interruption</h1><p>As you were browsing</p></body></html>",
    "Akamai": b"<html><body><h1>Access Denied</h1>Reference https://errors.edgesuite.net/18.1</body></html>",
    "AWS": b"<html><body><script src='https://a.token.awswaf.com/challenge.js'></script><p>Human</p></body></html>",
    "": b"<html><body><p>Please verify you are human to go on.</p></body></html>",
}


@pytest.mark.parametrize("vendor", CHALLENGES)
def test_a_challenge_is_known_by_its_vendor(vendor: str) -> None:
    named = f" ({vendor})" if vendor else ""

    extracted = extract_article(CHALLENGES[vendor], URL)

    assert challenged(extracted)
    assert extracted.reason == challenge(CHALLENGES[vendor]) == f"a challenge page{named}"


WIDGETS = {
    "a box to tick": '<div class="g-recaptcha" data-sitekey="x"></div>',
    "a box to tick, of another maker": '<div class="h-captcha" data-sitekey="x"></div>',
    "words beside the box": '<div class="g-recaptcha"></div><label>Confirm that you are not a robot</label>',
    "DataDome": '<script src="https://js.captcha-delivery.com/tags.js"></script>',
    "PerimeterX": "<script>window._pxAppId = 'x'</script>",
    "AWS": '<script src="https://a.edge.sdk.awswaf.com/challenge.js"></script>',
    "Cloudflare": '<script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script>',
    "Akamai": '<div id="sec-if-cpt-container"></div>',
    "Incapsula": '<script src="/_Incapsula_Resource?x=1"></script>',
    "Kasada": "<script>window.KPSDK = {}</script>",
    "Sucuri": "<script>sucuri_cloudproxy_js = ''</script>",
}


@pytest.mark.parametrize("widget", WIDGETS.values(), ids=WIDGETS)
def test_a_brief_on_a_page_that_guards_its_forms_is_read(widget: str) -> None:
    lines = "".join(f"<p>{line}</p>" for line in STORY)
    html = f"<html><body><article>{lines}</article><form>Newsletter {widget}</form></body></html>"

    extracted = extract_article(html.encode(), URL)

    assert (extracted.quality, extracted.reason, extracted.text) == (Quality.SHORT, "", "\n".join(STORY))


WORDS = (
    "Something about your browser made us think that you were a machine. There are a few reasons for which this may",
    "happen: you move through the site faster than a man can, or a part of your browser stops our scripts.",
)
WORDY = {
    "told by its title": page(*WORDS, head="<title>Just a moment...</title>"),
    "told by its heading": page("<h1>Pardon Our Interruption</h1>", *WORDS),
    "told by its text": page(*WORDS, "Press & hold to confirm that you are a human."),
    "told by its text, in another form": page(*WORDS, "We need to verify that you're not a robot."),
    "told by the number of its error": page(*WORDS, "Reference https://errors.edgesuite.net/18.1"),
}


@pytest.mark.parametrize("html", WORDY.values(), ids=WORDY)
def test_a_challenge_of_many_words_is_known_by_them(html: bytes) -> None:
    assert challenged(extract_article(html, URL))
