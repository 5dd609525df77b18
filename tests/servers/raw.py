"""A TCP server on 127.0.0.1 that sends what it is told, byte by byte, whatever it was asked."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable


class RawServer:
    """``talk`` gets each connection; what it raises when the other side hangs up is expected."""

    def __init__(
        self, talk: Callable[[socket.socket], None], context: ssl.SSLContext | None = None
    ):
        self.hits = 0
        self._talk = talk
        self._context = context
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = self._socket.accept()
                self.hits += 1
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            connection.recv(65536)
            self._talk(connection)
