"""Compile the rule files of a folder and store what came of it beside them: `python tools/store_lexicon.py FOLDER`.

A build does so for the layer: a function that wakes up then reads the result, and not some forty files.
"""

import sys
from pathlib import Path

from shared.detect.packaged import store

if __name__ == "__main__":
    store(Path(sys.argv[1]))
