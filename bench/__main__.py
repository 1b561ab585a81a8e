"""`python -m bench [NAME [OPTIONS]]`: one measurement, or all of them.  Prints."""

import sys
from importlib import import_module

BENCHES = ("polling", "reading", "detection", "scan", "joining", "coldstart", "init")


def main(arguments: list[str]) -> None:
    if arguments and arguments[0] not in BENCHES:
        sys.exit(f"no bench is called {arguments[0]!r}; there are {', '.join(BENCHES)}")
    for number, name in enumerate([arguments[0]] if arguments else BENCHES):
        print("\n" * bool(number) + f"== {name}")
        import_module(f"bench.{name}").main(arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
