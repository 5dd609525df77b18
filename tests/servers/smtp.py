"""A mail server on 127.0.0.1 that takes mails, and refuses recipients as it is told to."""

import socketserver
import threading


class MailServer:
    """``refusals``: what it answers to RCPT, by address. ``taken``: (recipient, lines) of mails."""

    def __init__(self) -> None:
        self.refusals: dict[str, str] = {}
        self.taken: list[tuple[str, list[str]]] = []
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self):
        return type("Talk", (Conversation,), {"house": self})


class Conversation(socketserver.StreamRequestHandler):
    house: MailServer

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def hear(self) -> str:
        return self.rfile.readline().decode(errors="replace").rstrip("\r\n")

    def handle(self) -> None:
        self.say("220 mail.example")
        recipient = ""
        while line := self.hear():
            verb = line[:4].upper()
            if verb == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
                self.say(self.house.refusals.get(recipient, "250 fine"))
            elif verb == "DATA":
                self.house.taken.append((recipient, self.letter()))
            else:
                self.say("221 bye" if verb == "QUIT" else "250 fine")

    def letter(self) -> list[str]:
        self.say("354 go on")
        lines = []
        while (text := self.hear()) != ".":
            lines.append(text)
        self.say("250 taken")
        return lines
