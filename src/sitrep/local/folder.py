"""Where a local stack keeps its messages and its state, who holds it, and which one was last.  Touches files.

What is read back is trusted: it says where AWS listens and what may be fetched.  So it is only read when this user owns
it and nobody else can write it; in a folder like /tmp others can leave files for us to find.
"""

import fcntl
import json
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from shared.errors import InputError

DEFAULT_OUTBOX = Path(".sitrep/outbox")
MESSAGES = "messages.jsonl"


class NotOursError(Exception):
    """Somebody else could have written this file."""


@dataclass(frozen=True, slots=True)
class Folder:
    """One local stack's folder: the outbox for people, and `.sitrep/` in it for us."""

    outbox: Path

    @property
    def state(self) -> Path:
        return self.outbox / ".sitrep"

    @property
    def messages(self) -> Path:
        return self.outbox / MESSAGES

    @property
    def saved(self) -> Path:
        """What AWS held when it last ended."""
        return self.state / "aws.saved"

    @property
    def address(self) -> Path:
        """Where the living AWS process listens, and the token that proves it is ours."""
        return self.state / "aws.json"

    @property
    def run(self) -> Path:
        """What a run must find again: the port of the sample site, the loopback ports that fetching may reach."""
        return self.state / "run.json"

    def log(self, name: str) -> Path:
        return self.state / f"{name}.log"

    def lock(self, name: str) -> Path:
        return self.state / f"{name}.lock"

    def prepare(self) -> None:
        """Make the folders.  Only their owner may look in: the state holds what AWS held.

        Raises InputError when they cannot be made, or somebody else has.
        """
        try:
            self.outbox.mkdir(parents=True, exist_ok=True)
            self.state.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise InputError(f"{self.outbox} cannot be used as a folder: {error.strerror}") from error
        self.check()

    def check(self) -> None:
        """Raises InputError when the state could be another user's work."""
        facts = self.state.lstat()
        if not stat.S_ISDIR(facts.st_mode) or not _is_ours(facts):
            raise InputError(f"{self.state} is not yours alone to write: remove it, or choose another --outbox")

    def wipe(self) -> None:
        """Forget what was sent and what AWS held; leave the locks, and files that are not ours."""
        for path in (self.messages, self.saved, self.address, self.run, *self.state.glob("*.log")):
            path.unlink(missing_ok=True)
        for path in self.outbox.glob("[0-9][0-9][0-9][0-9]-*.txt"):
            path.unlink()


@contextmanager
def held(lock: Path, *, wait: bool = False, shared: bool = False) -> Iterator[int]:
    """Hold a lock; its file descriptor.  The kernel lets go when the last process that has it ends, however it ends.

    Raises BlockingIOError when another holds it and we are not to wait.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def owned(folder: Folder) -> Iterator[None]:
    """Be the one runner of this folder.  Raises InputError that names the other one."""
    lock = folder.lock("owner")
    try:
        with held(lock) as descriptor:
            os.ftruncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
            yield
            os.ftruncate(descriptor, 0)
    except BlockingIOError as error:
        pid = lock.read_text() or "unknown"
        raise InputError(
            f"another sitrep (process {pid}) is at work in {folder.outbox}: end it first, or choose another --outbox"
        ) from error


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a small file whole or not at all, readable by its owner only."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def open_own(path: Path) -> BinaryIO:
    """A file to read that this user owns and nobody else can write.  Raises NotOursError for another, and OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe would hold us up
    file = os.fdopen(descriptor, "rb")
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode) or not _is_ours(facts):
        file.close()
        raise NotOursError(path)
    return file


def _is_ours(facts: os.stat_result) -> bool:
    return facts.st_uid == os.getuid() and not facts.st_mode & 0o022


def read_json(path: Path) -> dict[str, Any]:
    """What `write_json` wrote; empty when there is none, or another user could have written it."""
    try:
        with open_own(path) as file:
            content = json.load(file)
    except (OSError, ValueError, RecursionError, NotOursError):
        return {}
    return content if isinstance(content, dict) else {}


def remember(folder: Folder) -> None:
    """Let other commands, here or in another folder, find this stack."""
    pointer = {"outbox": str(folder.outbox.resolve())}
    for path in _pointers():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_json(path, pointer)
        except OSError:
            continue  # a read-only folder or home: the other pointer will do


def last_folder() -> Folder | None:
    """The folder of the last `sitrep local`: of this folder's, else of this user's.

    Raises InputError when it could be another user's work.
    """
    for path in _pointers():
        outbox = read_json(path).get("outbox")
        if outbox and Path(outbox, ".sitrep").is_dir():
            folder = Folder(Path(outbox))
            folder.check()
            return folder
    return None


def _pointers() -> list[Path]:
    pointers = [Path(".sitrep/last.json")]
    if home := os.environ.get("XDG_STATE_HOME"):
        pointers.append(Path(home, "sitrep/last.json"))
    elif os.environ.get("HOME") != "":  # set to nothing, it would mean the root of the file system
        pointers.append(Path("~/.local/state/sitrep/last.json").expanduser())
    return pointers
