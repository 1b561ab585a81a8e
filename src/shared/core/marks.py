"""The lines of a page in, each with what it is if it is not the story, out.  Pure.

A line is told by its words, in the languages that we know, by where it stands in the page (a caption, a link and
nothing else, a box about the author), and by its neighbours.  A doubtful line stays unmarked: detection never fires on
a marked line alone, so a wrong mark costs a strike.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

from shared.core.text import key
from shared.types import Mark, Paragraph

_LONGEST_NOTICE = 250
_LONGEST_LINK = 250
_LONGEST_CAPTION = 600
_SHORTEST_TAIL = 25
_LONGEST_CREDIT = 120
_LONGEST_BOX = 1_500
"""Characters of a box beside the story; more is the story, whatever its class is named."""
_LONGEST_HEADING = 40
_MOST_PARAGRAPHS = 2
_MOST_BOXES = 300

_RELATED = re.compile(
    r"(?:related(?: (?:articles?|stories|news|coverage|topics?|video))?|read more|read also|see also|also read"
    r"|more on this"
    r"|more from|more|recommended|watch(?: (?:live|now|more))?|listen|don[’']t miss|further reading"
    r"|in case you missed it|explained"
    r"|lire aussi|à lire aussi|lire également|voir aussi|sur le même sujet|pour aller plus loin"
    r"|mehr(?: zum thema| dazu| lesen)?|lesen sie (?:auch|mehr|dazu)|lies auch|auch interessant|siehe auch"
    r"|passend dazu|mehr aus"
    r"|leer más|lea también|lee también|te puede interesar|ver también|noticias? relacionadas?|más información"
    r"|leia (?:também|mais)|veja também|saiba mais|leggi anche|vedi anche|approfondisci|lees ook|lees meer|bekijk ook"
    r"|les også|läs (?:mer|också|även)|læs også|lue myös|czytaj (?:więcej|także|też|również)|zobacz także|přečtěte si"
    r"|читайте (?:также|також|ещё|по теме)|смотрите также|по теме|см\. также|дивіться також|прочетете още"
    r"|devamını oku|ayrıca okuyun|ilgili haberler?|baca juga|simak juga|đọc thêm|xem thêm|διαβάστε (?:επίσης|ακόμα)"
    r"|اقرأ (?:أيضا|أيضاً|المزيد|ايضا)|إقرأ أيضا|شاهد أيضا|بیشتر بخوانید|همچنین بخوانید|عוד בנושא|קראו גם|קרא עוד"
    r"|यह भी पढ़ें|ये भी पढ़ें|আরও পড়ুন|関連記事|あわせて読みたい|相关阅读|相关新闻|延伸閱讀|관련 기사|관련기사)",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?:image|photo(?:s|graph)?(?: (?:by|credit|courtesy)[^:]{0,30})?|picture|pictured|file (?:photo|picture|image)"
    r"|video|caption|credit"
    r"|foto|bild|quelle|fotografía|imagen|immagine|zdjęcie|kuva|obrázek|fotograf|fotoğraf|ảnh|gambar|grafik|infografik"
    r"|фото|видео|відео|снимка|εικόνα|φωτογραφία|صورة|عکس|תמונה|צילום|写真|画像|图片|图|사진)\s*(?:[:：|/©]|[–—-]\s)",
    re.IGNORECASE,
)
# A line that ends in a picture's credit: "... on Sunday. Jane Doe / AFP - Getty Images".  An agency that signs its
# story, "... the ministry said. (AFP)" or "... said. - Reuters", is none.
_CREDIT = re.compile(
    r"(?:[/|©]|\((?=[^()]*(?:/|photo|image|foto))|(?<![.!?…”\"’] )[–—-]|\bvia\b|\bphoto by\b|\bimage:|\bfoto:)"
    r"\s*(?:the\s+)?(?:afp|ap|ap photo|associated press|reuters|epa|efe|ansa|getty(?: images)?|anadolu|shutterstock"
    r"|istock|dpa|apa|tass|xinhua|bloomberg|imago|pap|ritzau|handout)\b[^.!?]{0,60}\)?\s*$",
    re.IGNORECASE,
)
# A sentence before the words that tell a line: "Twelve were killed, medics said. Follow us on Telegram."  A question
# is none, for newsrooms ask them, nor is what ends in an initial or goes on with a number: "U.S. Army", "Oct. 7".
_SENTENCE = re.compile(r"\w.{14,}?(?:(?:(?<!\b[^\W\d_])\.|[!…])[\"”’»)\]]*(?:\s+(?!\d)|$)|[。।۔])")
# Words that a newsroom says to its reader, and hardly of anybody: armies have Telegram channels, and men sign up.
_NOTICE = re.compile(
    r"\b(?:(?:browser|internet explorer|IE ?\d+) (?:is )?(?:not|no longer) supported|not supported[^.]{0,60}browser"
    r"|(?:update|upgrade|enable|use another|different)[^.]{0,40}(?:browser|javascript)"
    r"|sign up (?:here\b|for (?:our|the|a|free)\b[^.]{0,40}\b(?:newsletters?|e-?mails?|alerts?|briefing|updates)"
    r"|to (?:our|receive|get|read|continue)\b)"
    r"|subscribe (?:to (?:our|my|us)|now|today|here)\b|cookies?\b[^.]{0,40}\b(?:policy|settings|consent)"
    r"|(?:all rights|alle rechte|todos los derechos|tous droits) (?:reserved|vorbehalten|reservados|réservés)"
    r"|follow (?:us|me) on|share this (?:article|story)|download (?:the|our) app\b|get the \S+(?: \S+){0,2} app\b"
    r"|click here (?:to|for)\b"
    r"|(?:join|follow|folge|abonnier|subscribe)[^.]{0,60}(?:whatsapp|telegram)[- ](?:channel|kanal)"
    r"|affiliate (?:commission|links?)|earn (?:us )?(?:a|an affiliate) commission|story continues below"
    r"|article continues (?:below|after)|(?:support|donate to) (?:our|independent) journalism"
    r"|(?:do you have|got) a (?:story|tip)|get in touch with (?:us|our)|contact (?:the author|us at)"
    r"|views expressed (?:here|in this|are)|the thomson reuters trust principles"
    r"|fehler gefunden|jetzt abonnieren|ein klick für den datenschutz|für sie recherchiert|senden sie uns"
    r"|abonnez-vous|inscrivez-vous|réservée? aux abonnés|suscríbete|síguenos|iscriviti|seguici su|abonneer je"
    r"|meld je aan|подпи(?:сывайтесь|шитесь)|підписуйтесь|следите за нами|abone ol(?:un)?\b|bizi takip edin"
    r"|تابعونا|اشترك (?:في|الآن)|有料会員|会員限定|無断転載)"
    r"|^(?:this (?:article|story) )?(?:was )?(?:first|originally) (?:published|appeared) (?:in|on|by)\b",
    re.IGNORECASE,
)
_NOTICE_LINE = re.compile(
    r"(?:advertisement|advertising|article content|recommended videos?|anzeige|werbung|publicité|publicidad"
    r"|pubblicità|reklam[ae]?"
    r"|реклама|annons|advertentie|إعلان|広告|newsletter|share|comments?|tags?|topics|summary|print|copy link)\W*",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w")
_COPYRIGHT = re.compile(r"(?:copyright|©|\(c\))\s*(?:©|@|\(c\)|:|,|\d{4}|\w+)", re.IGNORECASE)
# "17:41 JST, October 13, 2024", "Stand: 22.04.2024, 06:00 Uhr", "05.09.2024 | 2:03 min": a moment, and few words.
_CLOCK = re.compile(
    r"(?<![\d$€£.,])(?:\d{1,2}[:.h]\d\d|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)|\d{4}[./-]\d{1,2}[./-]\d{1,2})(?![\d%])"
)
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_DATELINE = 70
_WORKED_ON = re.compile(
    r"(?:reporting|report|edited|written|translated) by|with files from|additional reporting|our standards"
    r"|mit (?:agentur)?material|mit informationen (?:von|der|des)|aus dem \w+ von|traducción",
    re.IGNORECASE,
)
# No sentence: "By noon the port was hit." is the story.
_BYLINE = re.compile(
    r"(?:(?:by|von|par|por|di|av|af|door|przez|автор|текст|text)\b|(?:quellen?|sources?|fuente|fonte|kilde|källa"
    r"|источник|kaynak|sendung)\s*:)[^.!?…。؟।]{0,80}$",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"\b(?:afp|ap|apa|dpa|sda|ats|ansa|efe|reuters|tass|xinhua|epa|ritzau|ntb|tt|belga|anp"
    r"|pap|ctk|lusa|kna|epd|sid|pti|ani|ians|upi)\b",
    re.IGNORECASE,
)

# A house that signs its stories is named in them too: "Al Jazeera's correspondent saw the strike".
_HOUSE = re.compile(
    r"\b(?:news|press|presse|agency|agentur|agence|agencia|jazeera|times|post|staff|desk|redaktion|editor\w*|team|media|tv"
    r"|radio|service|monitor|observer|journal|daily|herald|tribune|guardian|broadcasting|correspond\w*|reporters?)\b",
    re.IGNORECASE,
)

# Boxes beside the story, by their class as sites name them.
_BOX = re.compile(
    r"(?P<caption>caption|img-desc|image-desc|(?:photo|image|img|picture)-?(?:credit|source|copyright)|copyright)"
    r"|(?P<related>related|read-?more|read-?also|more-on|recommend|also-?read|see-?also)"
    r"|(?P<byline>byline|author(?!i[tz]|ed)|dateline|timestamp|biography|-bio\b)"
    r"|(?P<notice>newsletter|disclaimer|advert(?!or))"
)
_LAID_OUT = ("a", "h1", "figure", "figcaption", "p", "div", "span", "section", "aside", "ul", "li", "small", "footer")
_BESIDE = frozenset({"a", "nav", "aside", "footer", "figure", "figcaption", "li"})
_PARTS = ("p", "span", "div", "li", "small", "h2", "h3", "h4", "em", "i")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the lines of a page stand in it, by the keys of their text."""

    headings: frozenset[str] = frozenset()
    """The first headlines."""
    links: frozenset[str] = frozenset()
    """Texts that are a link to another page, and nothing else."""
    boxes: dict[str, Mark] = field(default_factory=dict)
    """Texts that stand in a caption, or in a box beside the story."""

    def captions(self) -> "Layout":
        """What is surely no story: headlines, links and captions."""
        captions: dict[str, Mark] = {text: mark for text, mark in self.boxes.items() if mark is Mark.CAPTION}
        return Layout(self.headings, self.links, captions)


NOWHERE = Layout()
"""The layout of what stands in no page."""


def read_layout(tree: Any) -> Layout:
    """Where the lines of a page stand, from its tree."""
    headings: list[str] = []
    links: set[str] = set()
    boxes: dict[str, Mark] = {}
    noted = 0
    for element in tree.iter(*_LAID_OUT):
        tag = element.tag
        if tag == "a":
            if not element.get("href", "#").startswith("#") and len(found := key("".join(element.itertext()))) > 10:
                links.add(found)
        elif tag == "h1":
            headings.append(key("".join(element.itertext())))
        elif noted < _MOST_BOXES and (mark := _box(element, tag)):
            noted += 1
            _note(element, mark, boxes)
    boxes.pop("", None)
    return Layout(frozenset(headings[:3]), frozenset(links), boxes)


def _box(element: Any, tag: str) -> Mark | None:
    """What a box beside the story holds, by its tag or class; none when it is no such box."""
    if tag == "figcaption" or (tag == "figure" and element.find(".//blockquote") is None):
        return Mark.CAPTION
    name = element.get("class")
    return _box_of_class(name) if name else None


@lru_cache(4_096)  # a page says the same few classes hundreds of times
def _box_of_class(name: str) -> Mark | None:
    found = _BOX.search(name[:300].lower())
    return Mark(found.lastgroup) if found and found.lastgroup else None


def is_beside_the_story(element: Any) -> bool:
    """Whether an element stands in a link, a caption, navigation, or a box beside the story."""
    return any(
        one.tag in _BESIDE or (one.tag != "body" and _box(one, one.tag))
        for one in (element, *islice(element.iterancestors(), 3))
    )


def _note(box: Any, mark: Mark, boxes: dict[str, Mark]) -> None:
    """Notes the texts in a box, unless it is so large that its class speaks of the whole page."""
    texts = list(islice(box.itertext(), _LONGEST_BOX))
    if (
        not 0 < sum(map(len, texts)) < 2 * _LONGEST_BOX
        or len(list(islice(box.iter("p", "h1"), _MOST_PARAGRAPHS + 1))) > _MOST_PARAGRAPHS
    ):
        return
    boxes.setdefault(key("".join(texts)), mark)
    for part in islice(box.iter(*_PARTS), 50):
        boxes.setdefault(key("".join(part.itertext())), mark)


def lay_out(
    lines: Sequence[str], *titles: str, authors: Iterable[str] = (), layout: Layout = NOWHERE
) -> tuple[tuple[Paragraph, ...], str]:
    """Lines as one text with its paragraphs, each marked when it is not the story."""
    paragraphs = []
    at = 0
    for line, mark in zip(lines, mark_lines(lines, titles, authors, layout), strict=True):
        paragraphs.append(Paragraph(at, at + len(line), mark))
        at += len(line) + 1
    return tuple(paragraphs), "\n".join(lines)


def mark_lines(
    lines: Sequence[str], titles: Collection[str] = (), authors: Iterable[str] = (), layout: Layout = NOWHERE
) -> list[Mark | None]:
    """For each line of a text why it is not the story; none where it is."""
    headlines = {key(title) for title in titles} | layout.headings
    headlines.discard("")
    names = [name for name in authors if _is_person(name)]
    marks = [_mark(line, number, headlines, names, layout) for number, line in enumerate(lines)]
    _mark_neighbours(lines, marks, names)
    return marks


def _is_person(name: str) -> bool:
    return (" " in name or (len(name) > 3 and not name.isascii())) and not _HOUSE.search(name)


def _mark(line: str, number: int, headlines: Collection[str], names: Sequence[str], layout: Layout) -> Mark | None:
    if len(line) > _LONGEST_CAPTION:
        return None
    said = key(line)
    if _says_again(said, headlines, number):
        return Mark.TITLE
    return mark_of(line) or _placed(line, said, layout) or _signed(line, names)


def mark_of(line: str) -> Mark | None:
    """Why a line is not the story, by its words alone: a pointer to another story, a caption, a notice to the reader,
    a byline; none when it is."""
    if len(line) > _LONGEST_CAPTION:
        return None
    if len(line) <= _LONGEST_LINK and (found := _RELATED.match(line)) and _is_pointer(line[found.end() :]):
        return Mark.RELATED
    if _CAPTION.match(line) or _is_told_by(line, _CREDIT, max(0, len(line) - _LONGEST_CREDIT)):
        return Mark.CAPTION
    if len(line) > _LONGEST_NOTICE:
        return None
    if _is_told_by(line, _NOTICE) or _NOTICE_LINE.fullmatch(line) or _COPYRIGHT.match(line):
        return Mark.NOTICE
    return Mark.BYLINE if _is_dateline(line) else None


def _is_told_by(line: str, words: re.Pattern[str], start: int = 0) -> bool:
    """Whether a line holds these words, looked for from `start` on, and no sentence of the story before them."""
    found = words.search(line, start)
    return found is not None and not _SENTENCE.match(line[: found.start()].lstrip(" -–—•\"“„«'‘(["))


def _is_pointer(rest: str) -> bool:
    """Whether what follows "read more" shows that it points: nothing, or a colon."""
    return not rest.strip(" .…>»→›:") or rest.lstrip()[:1] in (":", "：", "|", "–", "—", "»", ">")


def _is_dateline(line: str) -> bool:
    """A moment and little else.  A live blog's "14:20 Strike on the port" has more letters than digits."""
    if len(line) > _LONGEST_DATELINE or not _CLOCK.search(line):
        return False
    return sum(map(len, _WORD.findall(line))) <= 2.5 * sum(map(str.isdigit, line))


def _says_again(said: str, headlines: Collection[str], number: int) -> bool:
    """Whether a line is the headline; at the top of a page its kicker may stand before it."""
    if said in headlines:
        return True
    return number < 4 and any(
        len(headline) > 15 and len(said) < 2.2 * len(headline) and said.endswith(headline) for headline in headlines
    )


def _placed(line: str, said: str, layout: Layout) -> Mark | None:
    """Why a line is not the story, by where it stands."""
    if mark := layout.boxes.get(said):
        return mark
    if said and len(line) <= _LONGEST_LINK and any(part in layout.links for part in _tails(line, said)):
        return Mark.RELATED
    return None


def _tails(line: str, said: str) -> Iterator[str]:
    """A line's key, and that of what follows a few words and a colon or a bar."""
    yield said
    for separator in (":", "|", "：", "»"):
        head, found, tail = line.partition(separator)
        if found and len(head) <= 40 and len(tail) > max(_SHORTEST_TAIL, len(head)):
            yield key(tail)


def _signed(line: str, names: Sequence[str]) -> Mark | None:
    """A byline: a name that the page gives as an author's, and little else."""
    if len(line) > 120 or not any(name.casefold() in line.casefold() for name in names):
        return None
    rest = line.casefold()
    for name in names:
        rest = rest.replace(name.casefold(), "")
    return Mark.BYLINE if len(_WORD.findall(rest)) <= 3 else None


def _mark_neighbours(lines: Sequence[str], marks: list[Mark | None], names: Sequence[str]) -> None:
    """Marks lines that are told by what stands around them: a heading over links, a kicker, the notes at the end."""
    _mark_kickers(lines, marks)
    last = len(lines)
    while last and (mark := marks[last - 1] or _note_at_end(lines[last - 1], names)):
        marks[last - 1] = mark
        last -= 1
    for number in range(len(lines) - 2, -1, -1):
        following = marks[number + 1]
        if marks[number] is None and following is Mark.RELATED and _is_heading(lines[number]):
            marks[number] = following


def _mark_kickers(lines: Sequence[str], marks: list[Mark | None]) -> None:
    """What stands over the headline at the top of a page is no story."""
    if Mark.TITLE in marks[:4]:
        top = marks.index(Mark.TITLE)
        for number in range(top):
            if marks[number] is None and _is_heading(lines[number]):
                marks[number] = Mark.TITLE


def _is_heading(line: str) -> bool:
    return len(line) <= _LONGEST_HEADING and line[-1:] not in '.!?…。！？؟।"”'


def _note_at_end(line: str, names: Sequence[str]) -> Mark | None:
    """What a line below the story is: who wrote it and from what, or a word to the reader; none when it is story."""
    if len(line) > 2 * _LONGEST_NOTICE:
        return None
    if _BYLINE.match(line) or (_WORKED_ON.match(line) and len(line) <= _LONGEST_NOTICE):
        return Mark.BYLINE
    if any(0 <= line.casefold().find(name.casefold()) <= _LONGEST_HEADING for name in names):
        return Mark.BYLINE  # "Jane Doe covers the harbour": who it is about stands at the beginning
    if _is_told_by(line, _EMAIL):
        return Mark.NOTICE
    if _is_heading(line) and _AGENCY.search(line) and len(_WORD.findall(line)) <= 4:
        return Mark.BYLINE
    return None
