from io import BytesIO

import pytest

from productops.attachments import LARGEST, download, keep_attachment
from productops.parsing import Unreadable

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40
HEIC = b"\x00\x00\x00\x18ftypheic" + b"0" * 40


def attach(content, name):
    return keep_attachment(BytesIO(content), name, len(content))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PNG, "board.png"),
        (JPEG, "IMG_0001.JPG"),
        (HEIC, "IMG_0002.heic"),
        (b"%PDF-1.7\n...", "plan.pdf"),
        (b"PK\x03\x04....", "plan.docx"),
        ("Grüße".encode(), "notes.txt"),
    ],
)
def test_photos_and_papers_are_taken(content, name):
    stored = attach(content, name)

    assert (stored.name, stored.size) == (name, len(content))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script>", "page.html"),
        (b"<svg onload=alert(1)>", "picture.svg"),
        (b"<html>", "photo.png"),
        (PNG, "photo.html"),
        (PNG, "photo.png.exe"),
        (b"MZ\x90\x00", "tool.exe"),
        (b"a\x00b", "notes.txt"),
        (PNG, "photo"),
        (b"", "photo.png"),
    ],
)
def test_anything_else_is_refused(content, name):
    with pytest.raises(Unreadable):
        attach(content, name)


def test_what_is_too_large_is_refused_before_it_is_read():
    with pytest.raises(Unreadable, match="larger than 10 MB"):
        keep_attachment(BytesIO(), "photo.png", LARGEST + 1)


def test_a_download_is_never_a_page_of_ours():
    stored = attach(PNG, "../../x\u202egnp.png")

    response = download(stored)

    assert b"".join(response.streaming_content) == PNG
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "/" not in stored.name
