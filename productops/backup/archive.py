"""The archive itself: a ZIP of tables, files and a manifest with the hash of each."""

import hashlib
import json
import os
import re
import zipfile
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from productops import files
from productops.backup import rows, states
from productops.models import DueJob, StoredFile
from productops.version import version

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20
SHA256 = re.compile(r"[0-9a-f]{64}")


class BackupRefused(Exception):  # noqa: N818  a sentence for the operator
    """Why nothing was written."""


def write_backup(path: Path) -> dict[str, Any]:
    """Write an archive of this installation to ``path`` and return its manifest.

    ``path`` appears whole or not at all. Whoever has the file has all that the product holds.
    """
    fresh = path.with_name(path.name + ".part")
    try:
        with fresh.open("wb") as file:
            os.chmod(fresh, 0o600)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                manifest = _write(archive)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    return manifest


def _write(archive: zipfile.ZipFile) -> dict[str, Any]:
    with rows.one_view() as view:
        tables = {
            model._meta.label_lower: _write_table(archive, model, view)
            for model in rows.kept_models()
        }
        stored = list(StoredFile.objects.using(view).order_by("sha256").values_list("sha256"))
    manifest = {
        "format": FORMAT,
        "version": version(),
        "created_at": timezone.now().isoformat(),
        "database": connection.vendor,
        "migrations": states.current(),
        "tables": tables,
        # Files after rows: a row never names a file that is not there.
        "files": {sha256: _write_file(archive, sha256) for (sha256,) in stored},
    }
    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def _write_table(archive: zipfile.ZipFile, model: rows.Model, view: str) -> dict[str, Any]:
    digest, count = hashlib.sha256(), 0
    with archive.open(_table_member(model._meta.label_lower), "w", force_zip64=True) as out:
        for line in rows.lines_of(model, view):
            digest.update(line)
            out.write(line)
            count += 1
    columns = [each.attname for each in rows.fields_of(model)]
    return {"rows": count, "sha256": digest.hexdigest(), "columns": columns}


def _write_file(archive: zipfile.ZipFile, sha256: str) -> int:
    place = files.path_of(sha256)
    if not place.is_file() or files.hash_of(place) != sha256:
        raise BackupRefused(f"The stored file {sha256} is missing or spoilt; see verify.")
    archive.write(place, f"files/{sha256}")
    return place.stat().st_size


def restore(path: Path) -> dict[str, Any]:
    """Put an archive into this empty installation and return its manifest.

    Refuses a spoilt archive, one of a newer version, a database of a newer version and one that
    holds rows; in all these cases nothing was changed. An older archive is migrated.
    """
    with _opened(path) as archive:
        manifest = _checked(archive)
        _check_target()
        known = _tables_for(manifest)
        for sha256 in manifest["files"]:
            with archive.open(f"files/{sha256}") as file:
                files.keep(file)
        with transaction.atomic():
            _put_rows_back(archive, manifest["tables"], known)
    states.move_to_newest()
    return manifest


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as problem:
        raise BackupRefused("This is not a backup.") from problem


def _checked(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest, after everything it lists was found as it says."""
    try:
        manifest = json.loads(archive.read(MANIFEST))
        if manifest["format"] != FORMAT:
            raise BackupRefused("This backup has a format that this version does not know.")
        for label, table in manifest["tables"].items():
            _check_hash(archive, _table_member(label), table["sha256"])
        for sha256 in manifest["files"]:
            _check_hash(archive, f"files/{sha256}", sha256)
    except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile) as problem:
        raise BackupRefused(f"This backup is incomplete or spoilt: {problem}.") from problem
    if strange := states.unknown_here(manifest["migrations"]):
        raise BackupRefused(f"This backup comes from a newer version: it has {strange[-1]}.")
    return manifest


def _check_hash(archive: zipfile.ZipFile, member: str, sha256: str) -> None:
    if not SHA256.fullmatch(sha256):
        raise BackupRefused("This backup is spoilt: a hash is none.")
    with archive.open(member) as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:  # type: ignore[arg-type]
            raise BackupRefused(f"This backup is spoilt: {member} has another hash.")


def _check_target() -> None:
    """Refuse a database that is newer than this version, or that holds anything."""
    if strange := states.unknown_applied():
        raise BackupRefused(f"This database belongs to a newer version: it has {strange[-1]}.")
    existing = set(connection.introspection.table_names())
    for model in rows.kept_models():
        is_there = model._meta.db_table in existing and model is not DueJob
        if is_there and model._base_manager.exists():
            raise BackupRefused(
                f"This installation is not empty: {model._meta.verbose_name_plural} exist. "
                "Restore into a fresh one."
            )


def _tables_for(manifest: dict[str, Any]):
    """The models as they were when the backup was written, over tables that fit them."""
    if manifest["migrations"] == states.known():
        states.move_to_newest()
        return apps
    return states.move_to(manifest["migrations"])


def _put_rows_back(archive: zipfile.ZipFile, tables: dict[str, Any], known) -> None:
    DueJob.objects.all().delete()
    found = []
    for label, table in tables.items():
        model = known.get_model(label)
        with archive.open(_table_member(label)) as lines:
            count = rows.put_back(model, table["columns"], lines)
        if count != table["rows"]:
            raise BackupRefused(f"This backup is spoilt: {label} has {count} rows.")
        found.append(model)
    rows.reset_sequences(found)


def _table_member(label: str) -> str:
    if not re.fullmatch(r"[a-z_0-9]+\.[a-z_0-9]+", label):
        raise BackupRefused("This backup is spoilt: a table has no name of one.")
    return f"tables/{label}.jsonl"
