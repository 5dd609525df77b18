"""Photos and papers that people attach: what is taken, and how they are handed out again.

What a file is, its first bytes say, not its name. Nothing is ever shown by the browser in our
name: every file is a download, whatever its sender called it.
"""

from typing import IO

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from productops import files
from productops.models import StoredFile
from productops.parsing import Unreadable

LARGEST = 10 * 1024 * 1024  # bytes; a photo of a phone has 2 to 6 MB
HEAD = 4096  # bytes that are looked at
# What the browser offers to choose from; a phone offers its camera for image/*.
ACCEPTED = "image/*,.pdf,.docx,.xlsx,.pptx,.odt,.ods,.odp,.txt,.csv,.md"
# The first bytes of a file, from which place on, and the endings that they may have.
OFFICE = ("docx", "xlsx", "pptx", "odt", "ods", "odp")
KNOWN = (
    (0, b"\xff\xd8\xff", ("jpg", "jpeg")),
    (0, b"\x89PNG\r\n\x1a\n", ("png",)),
    (0, b"GIF8", ("gif",)),
    (8, b"WEBP", ("webp",)),
    (4, b"ftypheic", ("heic",)),
    (4, b"ftypheix", ("heic",)),
    (4, b"ftypmif1", ("heic", "heif")),
    (4, b"ftypavif", ("avif",)),
    (0, b"%PDF-", ("pdf",)),
    (0, b"PK\x03\x04", OFFICE),
)
PLAIN = ("txt", "csv", "md")


def keep_attachment(file: IO[bytes], name: str, size: int) -> StoredFile:
    """Store what was attached. Raises Unreadable with a sentence for people where it is empty,
    too large, or none of the kinds that are taken."""
    if not size:
        raise Unreadable(_("This file is empty."))
    if size > LARGEST:
        most = LARGEST // (1024 * 1024)
        raise Unreadable(_("This file is larger than %(most)d MB.") % {"most": most})
    head = file.read(HEAD)
    file.seek(0)
    if not _is_taken(head, files.safe_name(name)):
        raise Unreadable(
            _("Attach a photo, a PDF, an office file or a text; “%(name)s” is none of these.")
            % {"name": files.safe_name(name)[:80]}
        )
    return files.store(file, name)


def download(stored: StoredFile) -> FileResponse:
    """The file as a download that no browser opens as a page of ours."""
    path = files.path_of(stored.sha256)
    if not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), as_attachment=True, filename=stored.name)
    response["Content-Type"] = "application/octet-stream"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def _is_taken(head: bytes, name: str) -> bool:
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending in PLAIN:
        return b"\x00" not in head
    return any(
        head[start : start + len(mark)] == mark and ending in endings
        for start, mark, endings in KNOWN
    )
