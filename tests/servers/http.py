"""A small HTTP server on 127.0.0.1 that answers as it is told and remembers what it was asked."""

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    """``answers`` maps a path to (status, headers, body), or to a function of what was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: dict[str, Any] = {}
        self.otherwise: Any = (404, {}, b"nothing here")
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self):
                server._answer(self)

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _answer  # noqa: N815

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.place}{path}"

    def gives(self, path: str, body: Any, *, status: int = 200, **headers: str) -> str:
        """Answer ``path`` with text, bytes or JSON; header names have ``_`` for ``-``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if not isinstance(body, (bytes, str)):
            body, named = json.dumps(body), {"content-type": "application/json"} | named
        self.answers[path] = (status, named, body.encode() if isinstance(body, str) else body)
        return self.url(path)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        asked = Asked(handler.command, parts.path, parse_qs(parts.query), headers, body)
        self.asked.append(asked)
        found = self.answers.get(parts.path, self.otherwise)
        status, headers, body = found(asked) if callable(found) else found
        handler.send_response(status)
        for name, value in ({"content-length": str(len(body))} | headers).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
