"""An IMAP server over TLS with one mailbox: as much of RFC 3501 as reading needs, and a few bad habits."""

from __future__ import annotations

import contextlib
import re
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """`messages` are UID -> bytes. `stall` names a command that is never answered, `said` are all that were heard."""

    messages: dict[int, bytes] = field(default_factory=dict)
    validity: int = 7
    user: str = "desk@example.org"
    password: str = "open sesame"
    folder: str = "INBOX"
    stall: str = ""
    said: list[str] = field(default_factory=list)


class _Handler(socketserver.StreamRequestHandler):
    @property
    def box(self) -> Mailbox:
        return self.server.box  # type: ignore[attr-defined, no-any-return]

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline(65536).decode().strip():
            tag, _, command = line.partition(" ")
            self.box.said.append(command)
            if self.box.stall and command.startswith(self.box.stall):
                time.sleep(3)
                return
            if not self._answer(tag, command):
                return

    def _answer(self, tag: str, command: str) -> bool:
        name = command.split()[0].upper()
        status = "OK"
        if name == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        elif name == "LOGIN":
            user, password = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', command[6:])
            said = (user[0] or user[1], password[0] or password[1])
            status = "OK" if said == (self.box.user, self.box.password) else "NO"
        elif name in ("EXAMINE", "SELECT"):
            self._say(f"* {len(self.box.messages)} EXISTS")
            self._say(f"* OK [UIDVALIDITY {self.box.validity}] UIDs valid")
            status = "OK" if self.box.folder in command else "NO"
        elif name == "UID":
            self._uid(command)
        elif name == "LOGOUT":
            self._say("* BYE")
        self._say(f"{tag} {status} {name} done")
        return name != "LOGOUT"

    def _uid(self, command: str) -> None:
        known = sorted(self.box.messages)
        if found := re.search(r"UID (\d+):\*", command[4:]):
            uids = [uid for uid in known if uid >= int(found[1])] or known[-1:]
            self._say(f"* SEARCH {' '.join(map(str, uids))}")
            return
        uid = int(command.split()[2])
        if uid in self.box.messages:
            message = self.box.messages[uid]
            self.wfile.write(b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%s)\r\n" % (uid, len(message), message))

    def _say(self, line: str) -> None:
        with contextlib.suppress(OSError):
            self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, box: Mailbox, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.box = box
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no error."""


@contextlib.contextmanager
def serving(box: Mailbox, context: ssl.SSLContext) -> Iterator[int]:
    """Serves the mailbox on 127.0.0.1; gives the port."""
    with _Server(box, context) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()
