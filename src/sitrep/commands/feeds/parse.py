"""`sitrep feeds parse`: what is read of a feed, as JSON."""

import argparse
import sys
from dataclasses import replace
from datetime import UTC, datetime

from shared.adapters.child import Child
from shared.core.feeds import NotAFeed
from shared.core.polling import parse
from shared.errors import InputError, IntractableError
from shared.steps.fetch import LARGEST_FEED
from sitrep.local.show import one_line, say
from sitrep.source import print_json, read_source


def run(arguments: argparse.Namespace) -> int:
    source = arguments.source
    response = read_source(source, LARGEST_FEED)
    if len(response.body) > LARGEST_FEED:
        raise InputError(f"{source} is over {LARGEST_FEED / 1_000_000:g} MB, more than is read of a feed")
    child = Child()
    try:
        feed = child.call(parse, replace(response, url=arguments.url or response.url), datetime.now(UTC))
    except IntractableError as error:
        raise InputError(f"{source} cannot be parsed: {error}") from error
    finally:
        child.close()
    if isinstance(feed, NotAFeed):
        raise InputError(f"{source} is no feed that can be read: {feed}")
    print_json({"title": feed.title, "entries": feed.entries})
    if feed.is_cut:
        say(one_line(f"sitrep: {source} lists more than this: it is too long, or ends too soon"), sys.stderr)
    return 0
