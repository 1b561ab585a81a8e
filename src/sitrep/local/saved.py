"""What moto holds <-> one file, so that a stack goes on where it ended.  Touches moto's backends and the file.

The file is a pickle, and unpickling runs what it is told to: a file is only read when this user owns it and nobody else
can write it.
"""

import copyreg
import json
import os
import pickle
import sys
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

from moto import backends as moto_backends

from shared.errors import InputError
from sitrep.local.folder import NotOursError, open_own

# moto knows its services by literal types; ours come from a file.
get_backend: Any = moto_backends.get_backend

SERVICES = ("s3", "sqs", "dynamodb", "sns", "events", "cloudformation")


class OtherVersionError(Exception):
    """The file was written by another version of sitrep, moto or Python, and cannot be trusted to mean the same."""


class _Pickler(pickle.Pickler):
    # Locks guard a living process; a loaded one gets new ones.
    dispatch_table = copyreg.dispatch_table | {
        type(threading.RLock()): lambda _: (threading.RLock, ()),
        type(threading.Lock()): lambda _: (threading.Lock, ()),
    }


def save(path: Path) -> None:
    """Write what moto holds; whole or not at all."""
    backends = {
        service: {account: dict(regions) for account, regions in get_backend(service).items()}
        for service in SERVICES
        if f"moto.{service}.models" in sys.modules  # else nobody has asked for it yet: importing it now takes long
    }
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(json.dumps(_stamp()).encode() + b"\n")
            _Pickler(file, protocol=5).dump(backends)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(path: Path) -> bool:
    """Give moto what was saved; false when nothing was.

    Raises InputError for a file that somebody else could have written, OtherVersionError for one of another version.
    """
    try:
        file = open_own(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise InputError(f"the saved state {path} cannot be read: {error.strerror}") from error
    except NotOursError as error:
        raise InputError(
            f"the saved state {path} is not yours alone to write, so it is not loaded: "
            "remove it, or choose another --outbox"
        ) from error
    with file:
        written = file.readline(1000)
        if written != json.dumps(_stamp()).encode() + b"\n":
            raise OtherVersionError(f"{path} is of another version: {written.decode(errors='replace').strip()}")
        backends: dict[str, dict[str, dict[str, Any]]] = pickle.load(file)  # noqa: S301 - ours alone, checked above
    for service, accounts in backends.items():
        for account, regions in accounts.items():
            for region, backend in regions.items():
                get_backend(service)[account][region] = backend
    return True


def _stamp() -> dict[str, str]:
    return {
        "sitrep": version("sitrep"),
        "moto": version("moto"),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
    }
