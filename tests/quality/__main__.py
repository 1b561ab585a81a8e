"""`make quality` -> how good detection is, printed and written into the README.

```
.venv/bin/python -m tests.quality                    the table, what fails, and the README's table anew
.venv/bin/python -m tests.quality --wrong airstrike  the items against each measure with that in its name
.venv/bin/python -m tests.quality --set-floors       every floor set to what is measured now
```
"""

import argparse

from tests.quality import gate


def main() -> int:
    """0 when every measure stands where its floor says, 1 when one does not."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description="How good detection is.")
    parser.add_argument("--wrong", metavar="MEASURE", help="list the items against measures with this in their name")
    parser.add_argument("--set-floors", action="store_true", help="set every floor to what is measured now")
    asked = parser.parse_args()
    scores = gate.measure()
    values = scores.values()
    if asked.wrong:
        for name in sorted(name for name in values if asked.wrong in name):
            print(f"{name}: {values[name]:.2f}", *scores.wrong(name), sep="\n  ")
        return 0
    if asked.set_floors:
        gate.write_floors()
    gate.write_readme()
    print(gate.table())
    margin, floors = gate.load_floors()
    failed = gate.complaints(values, floors, margin)
    for name in sorted(failed):
        print(failed[name])
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
