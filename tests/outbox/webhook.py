"""A chat on a port of this machine: it takes what is posted, refuses it, falls silent or sends us elsewhere, as a test wants."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

TOKEN = "3ccdd113474722377935511fc8"


@dataclass(frozen=True)
class Posted:
    """One request: where to, its headers in small letters, and its JSON."""

    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass
class Chat:
    """What it was told to answer, and what it was sent."""

    status: int = 200
    location: str = ""
    """Where a redirection leads."""
    at_taking: Callable[[], None] | None = None
    """Called when a message is there and the sender does not know it yet."""
    taken: list[Posted] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    port: int = 0

    def open(self) -> None:
        """Begin to listen."""
        chat = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(length) or b"null")
                headers = {name.lower(): value for name, value in self.headers.items()}
                with chat.lock:
                    chat.taken.append(Posted(self.path, headers, body))
                if chat.at_taking:
                    chat.at_taking()
                self.send_response(chat.status)
                if chat.location:
                    self.send_header("Location", chat.location)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        """Stop listening: who comes now is refused by the machine."""
        self.server.shutdown()
        self.server.server_close()

    @property
    def json(self) -> str:
        """The address of a webhook that takes JSON; the token in it is the secret."""
        return f"http://127.0.0.1:{self.port}/in/{TOKEN}"

    @property
    def mattermost(self) -> str:
        """The address of a webhook as Mattermost hands it out."""
        return f"http://127.0.0.1:{self.port}/hooks/{TOKEN}"

    @property
    def said(self) -> list[str]:
        """The titles of what came in, in order."""
        return [str(posted.body["title"]) for posted in self.taken]
