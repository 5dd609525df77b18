import io
import json
import os
import zipfile
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from productops import changelog, files, links, outbox, sealing
from productops.backup import BackupRefused, restore, rows, write_backup
from productops.models import (
    ChangeEntry,
    DueJob,
    Heartbeat,
    IdempotencyKey,
    Link,
    OutboxMessage,
    StoredFile,
)
from teams.models import Person, Product
from tests.factories.metrics import ObservationFactory
from tests.factories.processes import StepFactory

pytestmark = pytest.mark.django_db(transaction=True)


def content():
    """Every row of every table that a backup holds."""
    return {
        model._meta.label_lower: list(rows.lines_of(model, "default"))
        for model in rows.kept_models()
    }


def empty_everything():
    call_command("flush", interactive=False, verbosity=0)
    for path in files.path_of("00").parent.parent.glob("*/*"):
        path.unlink()


@pytest.fixture
def house(mia, jonas, ines):
    """An installation with something of every sort in it."""
    checkout = Product.objects.get(slug="checkout")
    for number in range(3):
        ObservationFactory(value=0.1 + number / 3)
    StepFactory()
    changelog.record(by=ines, row=checkout, verb="renamed", after={"big": 1e22, "none": None})
    sealing.seal()
    link = links.make(Link.Purpose.ANSWER, person=mia)
    outbox.post_mail(
        to=mia, subject="Größe 👩‍💻", template="mail/message", context={}, once="1", link=link
    )
    IdempotencyKey.objects.create(
        person=mia, key="k", body_sha256="0" * 64, status=204, answer=None
    )
    files.store(io.BytesIO(b"evidence"), "evidence.txt")
    DueJob.objects.create(name="x", next_run_at=timezone.now())
    return content()


@pytest.fixture
def archive(tmp_path, house):
    path = tmp_path / "backup.zip"
    write_backup(path)
    return path


def test_everything_comes_back_as_it_was(archive, house):
    empty_everything()

    restore(archive)

    assert content() == house
    assert files.path_of(StoredFile.objects.get().sha256).read_bytes() == b"evidence"
    assert list(sealing.broken_places()) == []
    assert list(files.spoilt_files()) == []


def test_new_rows_get_new_keys_after_a_restore(archive):
    newest = Person.objects.order_by("-pk").first().pk
    empty_everything()
    restore(archive)

    person = Person.objects.create(email="new@example.org", name="New")

    assert person.pk > newest


def test_a_link_in_a_mail_that_was_sent_before_still_opens(archive):
    token = links.token_of(Link.objects.get())
    empty_everything()

    restore(archive)

    assert links.opened("a", token).person.name == "Mia Brandt"
    assert OutboxMessage.objects.get().payload["link"] == Link.objects.get().pk


def test_the_manifest_says_what_is_inside(archive, house):
    with zipfile.ZipFile(archive) as opened:
        manifest = json.loads(opened.read("manifest.json"))

    assert manifest["version"]
    assert manifest["tables"]["teams.person"]["rows"] == Person.objects.count()
    assert manifest["files"] == {StoredFile.objects.get().sha256: 8}
    assert archive.stat().st_mode & 0o777 == 0o600


def test_signs_of_life_and_sessions_stay_out(archive, client, mia):
    assert not {"productops.heartbeat", "sessions.session"} & set(content())
    Heartbeat.objects.create(name="x", at=timezone.now())
    client.force_login(mia)

    empty_everything()
    restore(archive)

    assert not Heartbeat.objects.exists()


def test_a_backup_is_one_moment_while_others_write(tmp_path, house, monkeypatch):
    real, entered = rows.lines_of, []

    def interrupted(model, using):
        if not entered:
            entered.append(model)
            Product.objects.create(name="Late", slug="late")
        yield from real(model, using)

    monkeypatch.setattr(rows, "lines_of", interrupted)
    with rows.one_view() as view:
        before = list(real(Product, view))
        seen = list(rows.lines_of(Product, view))

    assert seen == before
    assert Product.objects.filter(slug="late").exists()


def test_an_installation_in_use_is_left_as_it_is(archive, house):
    with pytest.raises(BackupRefused, match="not empty"):
        restore(archive)

    assert content() == house


def rewritten(archive, change):
    """A copy of the archive whose members went through ``change(name, data)``."""
    copy = archive.with_name("changed.zip")
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return copy


def with_manifest(archive, **changes):
    def change(name, data):
        return json.dumps(json.loads(data) | changes) if name == "manifest.json" else data

    return rewritten(archive, change)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: with_manifest(path, format=99), "format"),
        (lambda path: with_manifest(path, migrations={"teams": ["9999_future"]}), "newer version"),
        (lambda path: with_manifest(path, tables={"../x": {"sha256": ""}}), "no name of one"),
        (lambda path: with_manifest(path, files={"../../x": 1}), "hash"),
        (lambda path: with_manifest(path, tables=None), "spoilt"),
        (
            lambda path: rewritten(
                path, lambda name, data: data.replace(b"Mia", b"Eve") if "person" in name else data
            ),
            "another hash",
        ),
        (
            lambda path: rewritten(
                path, lambda name, data: None if name.startswith("files/") else data
            ),
            "spoilt",
        ),
        (lambda path: rewritten(path, lambda name, data: None), "spoilt"),
    ],
)
def test_a_spoilt_or_newer_archive_changes_nothing(archive, spoil, words):
    spoilt = spoil(archive)
    empty_everything()

    with pytest.raises(BackupRefused, match=words):
        restore(spoilt)

    assert not Person.objects.exists()


def test_what_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("hello")

    with pytest.raises(CommandError, match="not a backup"):
        call_command("restore", str(path))


def test_a_missing_file_is_told_before_it_is_needed(tmp_path, house):
    files.path_of(StoredFile.objects.get().sha256).unlink()

    with pytest.raises(CommandError, match="missing or spoilt"):
        call_command("backup", str(tmp_path / "b.zip"))
    assert list(tmp_path.iterdir()) == []


def test_the_commands_tell_what_they_did(tmp_path, house):
    said = io.StringIO()
    path = tmp_path / "b.zip"

    call_command("backup", str(path), stdout=said)
    empty_everything()
    call_command("restore", str(path), stdout=said)

    assert "1 files" in said.getvalue()
    assert "Now run verify" in said.getvalue()


def test_a_file_changed_on_the_disk_is_named(house):
    stored = StoredFile.objects.get()
    files.path_of(stored.sha256).write_bytes(b"forged")

    [difference] = files.spoilt_files()

    assert difference.row == f"file {stored.pk} (evidence.txt)"


def test_files_without_a_row_go_after_a_day(house):
    orphan = files.path_of("ff" * 32)
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"x")
    young = orphan.with_name("fe" * 32)
    young.write_bytes(b"y")
    yesterday = (timezone.now() - timedelta(hours=25)).timestamp()

    os.utime(orphan, (yesterday, yesterday))

    assert files.sweep_orphans() == 1
    assert (orphan.exists(), young.exists()) == (False, True)
    assert not list(files.spoilt_files())


def test_the_same_content_is_kept_once_under_no_name_of_the_sender(house):
    first = files.store(io.BytesIO(b"same"), "../../etc/pass\u202ewd")
    second = files.store(io.BytesIO(b"same"), "b.txt")

    assert first == second
    assert first.name == "pass\u202ewd"
    assert files.path_of(first.sha256).parent.parent.name == "files"


def test_a_broken_key_is_found(house):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL takes no such row")
    entry = ChangeEntry.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.execute("UPDATE productops_changeentry SET by_id = 999 WHERE id = %s", [entry.pk])
        found = io.StringIO()
        with pytest.raises(CommandError):
            call_command("verify", "--json", stdout=found)
        cursor.execute("UPDATE productops_changeentry SET by_id = NULL WHERE id = %s", [entry.pk])
        cursor.execute("PRAGMA foreign_keys=ON")

    checks = {difference["check"] for difference in json.loads(found.getvalue())["differences"]}
    assert {"keys", "changes"} <= checks
