"""The process that stands for AWS: `python -m sitrep.local.aws FOLDER`.  Listens on loopback, outlives a killed runner.

It serves moto, one request at a time (moto is not made for callers that race), and a few routes of our own below
`/_sitrep/`, which no bucket can be called.  It says on its standard output, in one line, where it listens or why it
does not; from then on everything goes to its log.
"""

import argparse
import hmac
import json
import logging
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from shared.errors import SitrepError
from sitrep.local.folder import Folder, held, write_json

# Any web page could otherwise talk to the endpoint through its reader's browser.  Read by moto when it is imported.
os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"

PRIVATE = "/_sitrep/"
TOKEN_HEADER = "X-Sitrep-Token"  # noqa: S105 - the header's name

# No runner and no caller for this long: whoever started us is gone.
ORPHANED_AFTER = 15 * 60


class Aws:
    """moto as one WSGI application, and our own routes beside it."""

    def __init__(self, folder: Folder, token: str) -> None:
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        from sitrep.local.changes import keep_what_is_held
        from sitrep.local.mail import Outbox, deliver_to
        from sitrep.local.queues import share_turns

        self.folder = folder
        self.token = token
        self.turn = threading.Condition()  # of a re-entrant lock: a long poll gives its turn away while it waits
        self.ended = threading.Event()
        self.closed = False
        self.last_request = time.monotonic()
        self.outbox = Outbox(folder.messages)
        deliver_to(self.outbox)
        share_turns(self.turn)
        keep_what_is_held()
        self.moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(PRIVATE):
            return self.own_route(environ, start_response)
        with self.turn:
            self.last_request = time.monotonic()
            if self.closed:
                start_response("503 Service Unavailable", [("Content-Length", "0")])
                return []
            answer = self.moto(environ, start_response)
            try:
                return [b"".join(answer)]
            finally:
                getattr(answer, "close", lambda: None)()
                self.turn.notify_all()

    def own_route(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """What the runner asks beyond AWS's own interface: see the methods `at_*`."""
        given = environ.get("HTTP_" + TOKEN_HEADER.upper().replace("-", "_"), "")
        route = getattr(self, f"at_{environ['PATH_INFO'].removeprefix(PRIVATE)}", None)
        if not hmac.compare_digest(given.encode(), self.token.encode()) or route is None:
            start_response("404 Not Found", [("Content-Length", "0")])
            return []
        query = {key: values[-1] for key, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        with self.turn:
            self.last_request = time.monotonic()
            body = json.dumps(route(query)).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return _Answer(body, self.ended.set) if route == self.at_end else [body]

    def at_whoami(self, query: dict[str, str]) -> dict[str, Any]:
        """Proof that we are we: only our own kind knows the token that was asked with."""
        return {"pid": os.getpid()}

    def at_release(self, query: dict[str, str]) -> dict[str, Any]:
        """Make visible what a dead runner was at work on."""
        from sitrep.local.queues import release

        released = release()
        self.turn.notify_all()
        return {"released": released}

    def at_queues(self, query: dict[str, str]) -> dict[str, Any]:
        """How full each queue is, all at one instant."""
        from sitrep.local.queues import depths

        return depths()

    def at_idle(self, query: dict[str, str]) -> dict[str, Any]:
        """Wait until none of the named queues holds anything, for a while; then how full they are."""
        from sitrep.local.queues import depths

        names = query["queues"].split(",")

        def rest() -> dict[str, Any]:
            return {name: depth for name, depth in depths().items() if name in names and depth["messages"]}

        self.turn.wait_for(lambda: not rest() or self.closed, timeout=float(query["timeout"]))
        return rest()

    def at_messages(self, query: dict[str, str]) -> dict[str, Any]:
        """Wait until more than so many messages were delivered, for a while; then how many there are."""
        after = int(query["after"])
        self.turn.wait_for(lambda: self.outbox.count > after or self.closed, timeout=float(query["timeout"]))
        return {"count": self.outbox.count}

    def at_end(self, query: dict[str, str]) -> dict[str, Any]:
        """Save, take nothing more, and end once this is answered."""
        self.save()
        return {"saved": True}

    def save(self) -> None:
        from sitrep.local.saved import save

        self.outbox.settle()
        with self.turn:
            if not self.closed:
                self.closed = True
                save(self.folder.saved)
                self.turn.notify_all()


class _Answer:
    """A body that does something once it is sent."""

    def __init__(self, body: bytes, then: Callable[[], None]) -> None:
        self.body = body
        self.close = then

    def __iter__(self) -> Iterator[bytes]:
        yield self.body


def load(folder: Folder) -> str:
    """Bring back what was saved; a remark for people when that was not possible."""
    from sitrep.local import saved
    from sitrep.local.queues import release

    try:
        if saved.load(folder.saved):
            release()  # whoever was at work on them is gone
    except saved.OtherVersionError as error:
        return f"starting afresh: {error}"
    return ""


def serve(folder: Folder, port: int, attached: bool) -> None:
    """Be AWS until told to end, or nobody is left.  Raises SitrepError, OSError when it cannot start."""
    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    remark = load(folder)
    aws = Aws(folder, secrets.token_urlsafe(32))
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, aws, threaded=True, request_handler=MotoRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True, name="server").start()
    address = {"pid": os.getpid(), "port": server.server_port, "token": aws.token, "remark": remark}
    if attached:
        threading.Thread(target=_end_with_parent, daemon=True, name="parent").start()
    else:
        write_json(folder.address, address)
    print(json.dumps(address), flush=True)
    os.dup2(2, 1)
    while not aws.ended.wait(timeout=60):
        if time.monotonic() - aws.last_request > ORPHANED_AFTER:
            aws.save()
            break
    if not attached:
        folder.address.unlink(missing_ok=True)
    sys.stderr.flush()
    os._exit(0)  # waiting long polls have nobody left to answer


def _end_with_parent() -> None:
    """End with the command that woke us, unsaved: it asks for saving when it ends well."""
    sys.stdin.buffer.read()
    os._exit(1)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("outbox", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--attached", action="store_true")
    arguments = parser.parse_args()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_DFL)
    folder = Folder(arguments.outbox)
    try:
        with held(folder.lock("aws")):
            serve(folder, arguments.port, arguments.attached)
    except BlockingIOError:
        print(json.dumps({"error": f"another AWS process holds {folder.state}"}), flush=True)
    except (SitrepError, OSError, SystemExit) as error:  # werkzeug exits when the port is taken
        what = f"port {arguments.port} cannot be used: is another program using it?"
        print(json.dumps({"error": str(error) if isinstance(error, SitrepError) else what}), flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
