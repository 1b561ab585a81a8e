"""Addresses and numbers as people write them."""

import pytest

from shared.errors import InputError
from sitrep.endpoints import endpoint


@pytest.mark.parametrize(
    ("protocol", "written", "taken"),
    [
        ("email", "you@example.org", "you@example.org"),
        ("email", "a.b+c@news.example.co.uk", "a.b+c@news.example.co.uk"),
        ("sms", "+12025550100", "+12025550100"),
        ("sms", "+49 (170) 123-45.67", "+491701234567"),
        ("sms", "+1234567", "+1234567"),
        ("sms", "+123456789012345", "+123456789012345"),
    ],
)
def test_is_taken(protocol, written, taken):
    assert endpoint(protocol, written) == taken


@pytest.mark.parametrize(
    ("protocol", "written"),
    [
        pytest.param("email", "", id="nothing"),
        pytest.param("email", "you", id="no at"),
        pytest.param("email", "you@localhost", id="no dot"),
        pytest.param("email", "you@example.", id="ends in a dot"),
        pytest.param("email", "@example.org", id="nobody"),
        pytest.param("email", "a@b@example.org", id="two ats"),
        pytest.param("email", "You <you@example.org>", id="with a name"),
        pytest.param("email", "a@example.org,b@example.org", id="two"),
        pytest.param("email", "you@example.org\n", id="a line break"),
        pytest.param("email", "you\x1b[2J@example.org", id="an escape"),
        pytest.param("email", "you\u202e@example.org", id="turned text"),
        pytest.param("email", f"{'a' * 250}@example.org", id="too long"),
        pytest.param("sms", "", id="no digits"),
        pytest.param("sms", "02025550100", id="no plus"),
        pytest.param("sms", "004917012345", id="zeros for a plus"),
        pytest.param("sms", "+0123456789", id="no country starts with zero"),
        pytest.param("sms", "+123456", id="too short"),
        pytest.param("sms", "+1234567890123456", id="16 digits"),
        pytest.param("sms", "+1202555CALL", id="letters"),
        pytest.param("sms", "+٤٩١٧٠١٢٣٤٥", id="digits that SNS does not know"),
        pytest.param("sms", "+12025550100\n", id="a line break after the number"),
    ],
)
def test_is_refused_with_an_example(protocol, written):
    with pytest.raises(InputError, match="like"):
        endpoint(protocol, written)
