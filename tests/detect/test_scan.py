"""What a scan finds in a part of a text is what stands there in the whole."""

from itertools import pairwise

import pytest

from shared.detect import load_lexicon
from shared.detect.scan import scan, within
from shared.types import Paragraph

TEXTS = {
    "plain": "Warplanes bombed a mill.\nTwo people were killed, doctors said.\nThe army denied the airstrike.",
    "spaces and empty lines": "  Warplanes\u00a0 bombed a mill. \n \n\tTwo people  were killed\t\r\n\r\nIt was denied",
    "signs that are not seen": "War\u00adplanes bom\u200bbed \u200f\n\u200fa mill\nTwo people\u200b\nwere killed",
    "letters that fold to several": "\ufb01ghters \ufb01red\n\ufb01ghters killed two \ufb01shermen\n\ufb01",
    "broken entities": "&quot;Warplanes&quot;\n#39;bombed#39; &amp;\n&quot; two people were killed",
    "hyphens at the ends of lines": "War-\nplanes bom-\r\nbed a mill\nTwo people were kil-\nled",
}


@pytest.mark.parametrize("case", TEXTS)
def test_a_paragraph_is_heard_as_in_the_whole_text(case: str) -> None:
    text = TEXTS[case]
    borders = [0, *(at for at, character in enumerate(text) if character == "\n"), len(text)]
    paragraphs = [Paragraph(start + (text[start] == "\n"), end) for start, end in pairwise(borders)]
    found = scan(text, load_lexicon())

    apart = [sorted(found.hits([paragraph])) for paragraph in paragraphs]

    assert any(apart)
    assert apart == [sorted(here) for here in within(paragraphs, found.hits([Paragraph(0, len(text))]))]
