"""Let a built template be deployed on the processor that it was built for, and on no other.

`python tools/pin_architecture.py TEMPLATE ARCHITECTURE` rewrites the file.
"""

import re
import sys
from pathlib import Path

PARAMETER = re.compile(
    r"(\n  Architecture:\n    Type: String\n    Default: )\w+"  # as sam writes it
    r"(\n    AllowedValues:)(?:\n    - \w+)+\n"
)


def main(template: Path, architecture: str) -> None:
    written, found = PARAMETER.subn(rf"\g<1>{architecture}\g<2>\n    - {architecture}\n", template.read_text("utf-8"))
    if found != 1:
        sys.exit(f"{template} has no parameter Architecture as sam writes it: tools/pin_architecture.py must learn it")
    template.write_text(written, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
