"""In whose name files are published: the operator's contact and the stack's name in, ids for the world out.  Pure."""

import re
from dataclasses import dataclass
from urllib.parse import quote

# Source: RFC 4151, 2.1: what an address or a host may hold that names its owner in a tag URI.
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
_EMAIL = re.compile(rf"(?<![\w.+%-])[A-Za-z0-9._-]+@{_HOST}(?![\w-])", re.ASCII)
_DOMAIN = re.compile(rf"(?<![\w.-]){_HOST}(?![\w-])", re.ASCII)

NOBODY = "sitrep.invalid"
"""Whose contact names no address and no host.  Source: RFC 2606: nobody can ever own it."""
LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who answers for what is published."""

    authority: str
    """An email address or a host of the operator's."""
    stack: str
    """Tells two stacks of one operator apart."""

    def tag(self, *words: str) -> str:
        """A name that is nobody else's, and stays: `tag:ops@example.org,2026:sitrep/incident/k3v7q2mzab`.

        Source: RFC 4151.
        """
        return f"tag:{self.authority},2026:" + "/".join(quote(word, safe="") for word in (self.stack, *words))


def make_issuer(contact: str, stack: str) -> Issuer:
    """The operator of a stack, by the address or the URL in the contact; `stack` is empty for the local one."""
    found = _EMAIL.search(contact) or _DOMAIN.search(contact)
    # A host runs at the head of a URL and not in its path.
    authority = found[0].lower() if found and len(found[0]) <= 254 else NOBODY
    return Issuer(authority, stack or LOCAL)
