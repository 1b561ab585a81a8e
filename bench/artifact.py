"""The detect function as a build lays it down: its lexicon stored, its modules compiled.  Copies files."""

import compileall
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.detect.packaged import STORED

ROOT = Path(__file__).parent.parent
# That a build has left its stored lexicon in the checkout must not matter.
_NOT_COPIED = shutil.ignore_patterns("__pycache__", STORED)
_STORE = ROOT / "tools" / "store_lexicon.py"


@contextmanager
def built(*, stored: bool = True) -> Iterator[Path]:
    """A folder with `app.py` and `shared`, for PYTHONPATH; with the lexicon stored, or left to be compiled anew."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "src/shared", folder / "shared", ignore=_NOT_COPIED)
        shutil.copy(ROOT / "functions/detect/app.py", folder)
        if stored:
            command = [sys.executable, str(_STORE), str(folder / "shared/rules")]
            subprocess.run(command, check=True, env={**environ, "PYTHONPATH": name})
        compileall.compile_dir(folder, quiet=1)
        yield folder
