"""What was found on a page in, how much of a story it is out, or what stands there instead of one.  Pure.

Everything here asks for a short text as well as for a tell-tale: a story about cookies, paywalls or robots is a story.
"""

import re
from collections.abc import Sequence

from shared.types import Quality

SHORTEST_TEXT = 150
"""Characters.  A shorter text is a teaser or a caption; a news brief has one full sentence at least."""
_BRIEF = 500
_LONGEST_TEASER = 1_500
"""Characters that a page shows of a story before it asks for money; what is metered is marked as paid, and whole."""
_LONGEST_STRANGER = 3_000
"""Characters of the longest page that asks for consent or for proof of being human."""
_LOOKED_AT = 200_000

# Whose challenge it is, by what its page holds, in lower case.  Scripts and widgets stand on other pages too, in the
# form for a newsletter: where there is a text, only the words that a reader sees tell.
_CHALLENGES = {
    "Cloudflare": (b"cf-chl", b"cf_chl_opt", b"challenges.cloudflare.com", b"<title>just a moment", b"! | cloudflare"),
    "DataDome": (b"captcha-delivery.com",),
    "PerimeterX": (b"px-captcha", b"_pxappid", b"press &amp; hold to", b"press & hold to"),
    "Incapsula": (b"_incapsula_resource", b"incapsula incident"),
    "Imperva": (b"pardon our interruption", b"distil_r_captcha"),
    "Akamai": (b"errors.edgesuite.net", b"sec-if-cpt-container"),
    "AWS": (b"awswaf.com", b"aws-waf-token", b"gokuprops"),
    "Kasada": (b"kpsdk",),
    "Sucuri": (b"sucuri_cloudproxy", b"sucuri website firewall"),
    "DDoS-Guard": (b"ddos-guard",),
    "": (
        *(b"verify you are human", b"verify that you are human", b"verify you are a human", b"confirm you are human"),
        *(b"re not a robot", b"are you a robot", b"<title>access denied", b"<title>robot or human"),
        *(b"unusual traffic from your", b"checking your browser", b"g-recaptcha", b"h-captcha"),
    ),
}
_CONSENT = re.compile(
    r"\b(?:cookies?|consent|privacy|partners?|vendors?|gdpr|personali[sz]ed ads|personal data|legitimate interest"
    r"|accept all|reject all|einwilligung(?:en)?|zustimm(?:en|ung)|datenschutz\w*|dsgvo|partner(?:n|unternehmen)"
    r"|werbung|tracking"
    r"|consentement|partenaires?|confidentialité|accepter|consentimiento|socios|privacidad|aceptar|consenso|accetta"
    r"|toestemming|samtykke|samtycke|zgod[ay]|согласие|файлы cookie|çerez\w*|الارتباط|同意|クッキー|쿠키)",
    re.IGNORECASE,
)
_TITLE = re.compile(rb"<title[^>]{0,200}>[^<]{0,500}", re.IGNORECASE)
_COOKIES = re.compile(r"cookies?\b|çerez|куки|الارتباط|クッキー|쿠키", re.IGNORECASE)
_MISSING = re.compile(
    r"(?:^|\berror\s*|\bfehler\s*|\berreur\s*)404\b(?:\s*[-–—:|.]|$|\s+(?:not found|error|page|seite|página))"
    r"|\b(?:page|article|story) (?:was |could )?not (?:be )?found\b|\bpage (?:doesn[’']t|does not|no longer) exists?\b"
    r"|seite (?:wurde )?nicht gefunden|page introuvable|página no encontrada|pagina non trovata|pagina niet gevonden"
    r"|página não encontrada|strony nie znaleziono|nie znaleziono strony|sidan (?:hittades inte|kunde inte)"
    r"|siden (?:finnes|findes) ikke"
    r"|страница не найдена|сторінку не знайдено|sayfa bulunamadı|halaman tidak ditemukan"
    r"|الصفحة غير موجودة|페이지를 찾을 수"
    r"|ページが見つかりません|页面不存在|頁面不存在|העמוד לא נמצא",
    re.IGNORECASE,
)
_SCRIPTED = re.compile(
    rb"(?:enable|requires?|need|turn on|without|activ\w+) (?:\w+ ){0,3}javascript|javascript (?:is |to be "
    rb"|must be )?(?:disabled|required|enabled)"
    rb"|<noscript[^>]*>[^<]{0,200}javascript|<div id=[\"']?(?:root|app|__next|__nuxt)[\"']?>\s*</div>",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"(?:subscribe|sign in|log in|register)[^.]{0,40}\b(?:to (?:continue|keep) reading|to read (?:more|this|the|on)\b"
    r"|for (?:full|unlimited) access)"
    r"|(?:continue|keep) reading (?:with|for|by)"
    r"|(?:this|the) (?:article|story|content) is (?:only |exclusively )?(?:for|available to)"
    r"[^.]{0,20}(?:subscribers|members)|subscribers? only|already a subscriber"
    r"|unlock (?:this|the full) (?:article|story)"
    r"|il vous reste \S+ de cet article|réservée? (?:à nos |aux )abonnés|article réservé|déjà abonné"
    r"|nur für abonnent|exklusiv für abonnent|mit einem abo|weiterlesen mit|jetzt weiterlesen|bereits abonnent"
    r"|dieser artikel ist kostenpflichtig"
    r"|sólo para suscriptores|exclusivo para suscriptores|contenido exclusivo|suscríbete para|contenuto riservato"
    r"|riservato agli abbonati"
    r"|exclusivo para assinantes|alleen voor abonnees|kun for abonnenter|endast för prenumeranter|vain tilaajille"
    r"|tylko dla subskrybentów"
    r"|только (?:для|по) подпис|abonelere özel|للمشتركين فقط|有料会員|会員限定|有料記事|구독자 전용|付费",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?:continue reading|read (?:the )?(?:full|whole|rest of the) (?:article|story|report|post)|read more"
    r"|weiterlesen|mehr lesen"
    r"|lire la suite|leer más|seguir leyendo|continua a leggere|leggi tutto|ler mais|lees verder|läs mer|les mer"
    r"|czytaj dalej"
    r"|читать (?:далее|полностью)|devamını oku|اقرأ المزيد|続きを読む|阅读全文|더 보기|\[(?:…|\.{3})\]|…|\.{3})\W*$",
    re.IGNORECASE,
)


def challenge(html: bytes) -> str:
    """Whose challenge this page is, as words for a reason; empty when it is none."""
    start = html[:_LOOKED_AT].lower()
    for vendor, signs in _CHALLENGES.items():
        if any(sign in start for sign in signs):
            return f"a challenge page{f' ({vendor})' if vendor else ''}"
    return ""


def grade(
    html: bytes, titles: Sequence[str], lines: Sequence[str], story: Sequence[str], free: bool
) -> tuple[Quality, str]:
    """How much of a story the lines of a page are, and why there is none or a part; `story` are those not marked."""
    length = sum(map(len, story))
    if length < _LONGEST_STRANGER and (found := _instead(html, titles, lines, length)):
        return found
    if length < SHORTEST_TEXT:
        if _SCRIPTED.search(html[:_LOOKED_AT]):
            return Quality.NONE, "the page shows nothing without JavaScript"
        return Quality.NONE, "no text in the page"
    if length < _LONGEST_TEASER:
        if not free or any(_PAID.search(line) for line in lines[-4:]):
            return Quality.PAYWALL, "a paywall: only the beginning of the story can be read"
        if _GOES_ON.search(lines[-1]) or _GOES_ON.search(story[-1]):
            return Quality.TEASER, "the page shows only the beginning of the story"
    if any(_PAID.search(line) for line in lines[-2:]) and not free:
        return Quality.PAYWALL, "a paywall: only the beginning of the story can be read"
    if 2 * length < sum(map(len, lines)):
        return Quality.NOISY, ""
    return (Quality.SHORT if length < _BRIEF else Quality.GOOD), ""


def _instead(html: bytes, titles: Sequence[str], lines: Sequence[str], length: int) -> tuple[Quality, str] | None:
    """What a page is that stands in the place of a story; none when it may be one."""
    if length < _BRIEF and (found := challenge(html if length < SHORTEST_TEXT else _shown(html, titles, lines))):
        return Quality.CHALLENGE, found
    if length < _LONGEST_TEASER and any(_MISSING.search(title) for title in titles):
        return Quality.MISSING, "the page says that it was not found"
    text = " ".join(lines) + " " + " ".join(titles[:2])
    asked = len(_CONSENT.findall(text))
    # One word in 25; a story about cookies has one in 60.
    if asked >= 4 and 25 * asked >= len(text.split()) and _COOKIES.search(text):
        return Quality.CONSENT, "a consent page, not the article"
    return None


def _shown(html: bytes, titles: Sequence[str], lines: Sequence[str]) -> bytes:
    """What a reader sees of a page: its title and text, without scripts and forms."""
    title = _TITLE.search(html[:_LOOKED_AT])
    return b"\n".join((title[0] if title else b"", *(said.encode() for said in (*titles, *lines))))
