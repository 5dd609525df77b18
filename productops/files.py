"""Files that people send, kept once under the hash of their content in DATA_DIR/files.

Nothing of what the sender calls a file becomes part of a path. A file is written whole before its
row is, and taken away only a day after no row needs it.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

from productops.models import StoredFile
from productops.parsing import Unreadable, clean_text
from productops.verify import Difference, check

CHUNK = 1 << 20
ORPHAN_AFTER_S = 24 * 3600


def store(file: IO[bytes], name: str) -> StoredFile:
    """Keep the content of ``file`` (read from where it stands) and return its row.

    The same content is kept once, under the name it first came with.
    """
    sha256, size = keep(file)
    stored, _created = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"name": safe_name(name), "size": size}
    )
    return stored


def keep(file: IO[bytes]) -> tuple[str, int]:
    """Write the content of ``file`` to its place, whole or not at all; its hash and size."""
    folder = settings.DATA_DIR / "files"
    folder.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(prefix="incoming-", dir=folder)
    try:
        sha256, size = _copy(file, handle)
        place = path_of(sha256)
        place.parent.mkdir(exist_ok=True)
        os.replace(fresh, place)
        _sync_folder(place.parent)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
    return sha256, size


def path_of(sha256: str) -> Path:
    return settings.DATA_DIR / "files" / sha256[:2] / sha256


def safe_name(name: str) -> str:
    """The sender's name for a file, fit to be shown: no folders, no control characters."""
    last = str(name).replace("\\", "/").rsplit("/", 1)[-1]
    try:
        return clean_text(last)[-255:] or "file"
    except Unreadable:
        return "".join(letter for letter in last if letter.isprintable())[-255:] or "file"


def hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(file: IO[bytes], handle: int) -> tuple[str, int]:
    """Copy into an open file and force it to the disk; its hash and size."""
    digest, size = hashlib.sha256(), 0
    with os.fdopen(handle, "wb") as target:
        while piece := file.read(CHUNK):
            digest.update(piece)
            size += target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    """Force a rename to the disk, where the system lets a folder be opened."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sweep_orphans() -> int:
    """Remove files that no row names and that are older than a day; how many that were."""
    kept = set(StoredFile.objects.values_list("sha256", flat=True))
    swept, latest = 0, time.time() - ORPHAN_AFTER_S
    for path in (settings.DATA_DIR / "files").rglob("*"):
        if path.is_file() and path.name not in kept and path.stat().st_mtime < latest:
            path.unlink()
            swept += 1
    return swept


@check("files")
def spoilt_files() -> Iterator[Difference]:
    """Every stored file is there and still has the hash it is named by."""
    for stored in StoredFile.objects.order_by("pk").iterator():
        path = path_of(stored.sha256)
        found = hash_of(path) if path.is_file() else "no file"
        if found != stored.sha256:
            yield Difference("files", f"file {stored.pk} ({stored.name})", found, stored.sha256)
