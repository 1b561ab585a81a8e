"""Commands on a local stack in this process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sitrep.cli import main
from sitrep.local.folder import Folder
from tests.conftest import Stack

Cli = Callable[..., str]


@dataclass
class InProcess:
    """Stands for the local AWS's process."""

    stack: Stack
    folder: Folder
    process: object = None
    """Nobody woke it for a command: it runs."""

    def client(self, service: str) -> Any:
        return self.stack.client(service)


@pytest.fixture
def cli(stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Cli:
    """Runs `sitrep ...` as a person does; what it says, its errors after."""
    folder = Folder(tmp_path / "out")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sitrep.stack.last_folder", lambda: folder)
    monkeypatch.setattr("sitrep.stack._reach", lambda *_: InProcess(stack, folder))

    def run(*words: str, status: int = 0) -> str:
        assert main(words) == status
        shown = capsys.readouterr()
        return shown.out + shown.err

    return run
