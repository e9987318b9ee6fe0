"""A mail server on a port of this machine: it takes mail, refuses it, falls silent or closes, as a test wants."""

from __future__ import annotations

import socketserver
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BufferedIOBase
from threading import Lock, Thread


@dataclass
class PostOffice:
    """What it was told to refuse, and what it has taken."""

    refused: dict[str, str] = field(default_factory=dict)
    """Address → what is answered to RCPT TO."""
    hangs_up_on: str = ""
    """The address that makes it close the connection without a word."""
    data_answer: str = "250 taken"
    """What is answered to the text of a mail; only with 250 it is kept."""
    at_taking: Callable[[], None] | None = None
    """Called when a mail was taken and the sender does not know it yet."""
    taken: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    lock: Lock = field(default_factory=Lock)

    def open(self) -> int:
        """Begin to listen; the port."""
        office = self

        class Counter(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with office.lock:
                    office.connections += 1
                office.serve(self.rfile, self.wfile)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Counter)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return int(self.server.server_address[1])

    def close(self) -> None:
        """Stop listening: who comes now is refused by the machine."""
        self.server.shutdown()
        self.server.server_close()

    def serve(self, said: BufferedIOBase, answer: BufferedIOBase) -> None:
        """One conversation."""

        def say(line: str) -> None:
            answer.write(f"{line}\r\n".encode())

        say("220 here")
        for raw in said:
            line = raw.decode().strip()
            verb = line[:4].upper()
            if verb == "RCPT":
                address = line.partition("<")[2].partition(">")[0]
                if address == self.hangs_up_on:
                    return
                say(self.refused.get(address, "250 fine"))
            elif verb == "DATA":
                say("354 go on")
                self.take(said)
                say(self.data_answer)
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 fine")

    def take(self, said: BufferedIOBase) -> None:
        lines = []
        for raw in said:
            if raw == b".\r\n":
                break
            lines.append(raw.removeprefix(b".") if raw.startswith(b"..") else raw)
        if not self.data_answer.startswith("250"):
            return
        with self.lock:
            self.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))
        if self.at_taking:
            self.at_taking()

    @property
    def recipients(self) -> list[str]:
        """To whom the mails went, in order."""
        return [str(mail["To"]) for mail in self.taken]
