"""`python -m fuzz.search NAME OPTION...`: one search of atheris, in a process that it ends itself.

The options are libFuzzer's.
"""

import sys

import atheris

with atheris.instrument_imports(include=["shared"]):
    from fuzz import checks


def feeds(data: bytes) -> None:
    checks.check_feed(data)


def dates(data: bytes) -> None:
    checks.check_date(data.decode("utf-8", "surrogateescape"))


def pages(data: bytes) -> None:
    checks.check_page(data)


SEARCHES = {search.__name__: search for search in (feeds, dates, pages)}

if __name__ == "__main__":
    name = sys.argv.pop(1)
    if name == "pages":
        with atheris.instrument_imports(include=["shared"]):
            import shared.core.extract  # noqa: F401
    atheris.Setup(sys.argv, SEARCHES[name])
    atheris.Fuzz()
