"""A real Prometheus with some days of numbers in it, where the program is installed."""

import contextlib
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

DAYS = 6
FIRST = datetime(2026, 3, 1, tzinfo=UTC)


def history() -> str:
    """Requests counted by two shops, ten and twenty an hour; and how long they took."""
    counts, buckets = [], []
    for hour in range(DAYS * 24 + 1):
        at = (FIRST + timedelta(hours=hour)).timestamp()
        counts += [
            f'shop_requests_total{{shop="north"}} {hour * 10} {at}',
            f'shop_requests_total{{shop="south"}} {hour * 20} {at}',
        ]
        buckets += [
            f'shop_seconds_bucket{{le="0.5"}} {hour * 5} {at}',
            f'shop_seconds_bucket{{le="+Inf"}} {hour * 10} {at}',
        ]
    return "\n".join(
        [
            "# TYPE shop_requests counter",
            *counts,
            "# TYPE shop_seconds gauge",
            *buckets,
            "# EOF",
            "",
        ]
    )


@contextlib.contextmanager
def running(folder) -> Iterator[str]:
    """The address of a server over that history."""
    if not (shutil.which("prometheus") and shutil.which("promtool")):
        pytest.skip("prometheus and promtool are not installed here")
    (folder / "history").write_text(history())
    (folder / "prometheus.yml").write_text("global: {scrape_interval: 1h}\n")
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics"]
    subprocess.run(
        [*command, str(folder / "history"), str(folder / "data")], check=True, capture_output=True
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    server = subprocess.Popen(
        [
            "prometheus",
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address={place}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://{place}/-/ready")
        yield place
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(url: str) -> None:
    for _try in range(150):
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(url, timeout=1).close()
            return
        time.sleep(0.1)
    pytest.fail("Prometheus did not become ready within 15 seconds")
