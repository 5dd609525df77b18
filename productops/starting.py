"""What must be true before the application starts; what is not is refused with its reason."""

import socket
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from productops import supervisor
from productops.models import Organisation

FAR_AWAY = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs"}


def reasons_to_refuse() -> list[str]:
    """Sentences that each name what to change; empty when the application may start."""
    return [reason for check in (_data_dir, _database_file, _schema, _zone) for reason in check()]


def migrations_to_apply() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def is_port_free() -> bool:
    """Whether HOST and PORT can be bound; a port in use by another program cannot."""
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, settings.PORT))
        except OSError:
            return False
    return True


def _data_dir() -> Iterator[str]:
    if pid := supervisor.running(settings.DATA_DIR / "run"):
        yield _("ProductOps already runs on this DATA_DIR, as process %(pid)s.") % {"pid": pid}


def _database_file() -> Iterator[str]:
    """SQLite's locks and its write-ahead log need a local disk."""
    if connection.vendor != "sqlite":
        return
    kind = _file_system(Path(settings.DATABASES["default"]["NAME"]).parent)
    if kind in FAR_AWAY:
        yield _(
            "The SQLite file lies on a network file system (%(kind)s), where it would be damaged. "
            "Set DATA_DIR to a local disk, or DATABASE_URL to a PostgreSQL server."
        ) % {"kind": kind}


def _schema() -> Iterator[str]:
    """An older program must not write into the tables of a newer one."""
    loader = MigrationExecutor(connection).loader
    ours = {app for app, _name in loader.disk_migrations}
    newer = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in ours and (app, name) not in loader.disk_migrations
    )
    # A squashed migration leaves the names that it replaced behind; they are not news.
    replaced = {key for found in loader.disk_migrations.values() for key in found.replaces}
    newer = [name for name in newer if tuple(name.split(".", 1)) not in replaced]
    if newer:
        yield _(
            "The database was written by a newer ProductOps (it has %(names)s). Install that "
            "version, or restore a backup made before it."
        ) % {"names": ", ".join(newer)}


def _zone() -> Iterator[str]:
    """Dates were fixed in the zone of the first observation; another zone would move them."""
    if Organisation._meta.db_table not in connection.introspection.table_names():
        return
    kept = Organisation.objects.values_list("time_zone", flat=True).first()
    if kept and kept != settings.TIME_ZONE:
        yield _("TIME_ZONE is %(now)s, but the observations were entered in %(kept)s.") % {
            "now": settings.TIME_ZONE,
            "kept": kept,
        }


def _file_system(folder: Path) -> str:
    """The type of the mount that holds ``folder``; empty where the system does not tell."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return ""
    holding = [
        (len(point), kind)
        for _device, point, kind, *_rest in mounts
        if folder.resolve().is_relative_to(point)
    ]
    return max(holding, default=(0, ""))[1]
