"""`python -m fuzz [feeds|pages|dates ...] [--seconds N]`: search for bytes that a parser cannot take.  Prints.

Fails with the input found, when something escapes or one input takes over 2 s.  Keeps nothing.
"""

import argparse
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from fuzz import seeds

START = {"feeds": seeds.FEEDS, "pages": seeds.PAGES, "dates": tuple(text.encode() for text in seeds.DATES)}
LONGEST = {"feeds": 20_000, "pages": 20_000, "dates": 200}
"""Bytes of an input.  What grows with the square of something shows long before that under the search's weight."""
SLOWEST_S = 2


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[*START, []], metavar="feeds|pages|dates", help="default: all three"
    )
    parser.add_argument("--seconds", type=int, default=60, help="in all (default: %(default)s)")
    asked = parser.parse_args(arguments)
    if find_spec("atheris") is None:
        print(
            "atheris has no wheel for this machine; `make test` runs the bounded search of tests/fuzz", file=sys.stderr
        )
        return 1
    names = asked.names or list(START)
    return max([search(name, max(1, asked.seconds // len(names))) for name in names])


def search(name: str, seconds: int) -> int:
    """Search for a while; 0 when nothing was found, 1 when something was, which is printed."""
    print(f"== {name}, {seconds} s", flush=True)
    with tempfile.TemporaryDirectory() as directory:
        corpus, found = Path(directory, "corpus"), Path(directory, "found")
        corpus.mkdir()
        found.mkdir()
        for number, seed in enumerate(START[name]):
            (corpus / str(number)).write_bytes(seed)
        words = Path(directory, "words")
        words.write_text("".join(f'"{_quoted(token)}"\n' for token in seeds.TOKENS))
        options = {
            "max_total_time": seconds,
            "timeout": SLOWEST_S,
            "max_len": LONGEST[name],
            "rss_limit_mb": 2_000,
            "dict": words,
            "artifact_prefix": f"{found}/",
        }
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "fuzz.search", name, *(f"-{key}={value}" for key, value in options.items()), corpus],
            check=False,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        inputs = sorted(found.iterdir())
        if done.returncode or inputs:
            print(done.stderr)
            for file in inputs:
                print(f"{file.name.split('-')[0]}: {file.read_bytes()!r}")
            return 1
        print(next((line for line in reversed(done.stderr.splitlines()) if line.startswith("Done")), "done"))
    return 0


def _quoted(token: str) -> str:
    return "".join(
        chr(byte) if 0x20 < byte < 0x7F and byte not in b'"\\' else f"\\x{byte:02x}" for byte in token.encode()
    )


sys.exit(main(sys.argv[1:]))
