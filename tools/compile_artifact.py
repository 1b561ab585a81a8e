"""Compile what an artifact ships, for Lambda: `python tools/compile_artifact.py FOLDER VERSION`.

Takes a Python of that minor version, for bytecode is read by its own only; without one the artifact goes as it is.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def main(folder: Path, version: str) -> int:
    python = find_python(version)
    if python is None:
        print(f"there is no Python {version} here: {folder.name} is not compiled")
        return 0
    there = "/opt" if (folder / "python").is_dir() else "/var/task"  # where Lambda lays out a layer, and a function
    # Hashed, and never checked: sam gives every file one date, and a file's date is what bytecode is checked by.
    how = ["--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", there]
    return subprocess.run([python, "-m", "compileall", "-q", *how, str(folder)], check=False).returncode


def find_python(version: str) -> str | None:
    """A Python of this minor version (`3.13`): our own, on the path, or one that pyenv or uv keeps."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    kept = [Path.home() / ".pyenv/versions", Path.home() / ".local/share/uv/python"]
    found = [str(path) for home in kept for path in sorted(home.glob(f"*{version}.*/bin/python{version}"))]
    for python in [shutil.which(f"python{version}"), *found]:
        # What pyenv puts on the path stands for versions that are not chosen, too, and then fails.
        if python and subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode == 0:
            return os.fspath(python)
    return None


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
