"""`sitrep extract`: what reading makes of a page, as JSON."""

import argparse
from datetime import UTC, datetime

from shared.adapters.child import Child
from shared.core.extract import LARGEST_PAGE, extract_article, nothing
from shared.errors import IntractableError
from sitrep.source import print_json, read_source


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("page", metavar="FILE|URL", help="a saved page, - for standard input, or the address of one")
    parser.add_argument("--url", default="", help="the address that a saved page was found at")


def run(arguments: argparse.Namespace) -> int:
    response = read_source(arguments.page, LARGEST_PAGE)
    url, content_type = arguments.url or response.url, response.headers.get("content-type")
    child = Child()
    try:
        extracted = child.call(extract_article, response.body, url, datetime.now(UTC), content_type)
    except IntractableError as error:
        extracted = nothing(str(error))
    finally:
        child.close()
    print_json(extracted)
    return 0
