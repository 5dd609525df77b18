"""Which version of the tables a database or a backup has, and how to get from one to the other."""

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

State = dict[str, list[str]]  # names of the migrations that were applied, by app


def current() -> State:
    """What was applied to this database, of the migrations that this version knows."""
    executor = MigrationExecutor(connection)
    return _by_app(set(executor.loader.applied_migrations) & set(executor.loader.disk_migrations))


def known() -> State:
    """All migrations of this version."""
    return _by_app(set(MigrationExecutor(connection).loader.disk_migrations))


def unknown_here(state: State) -> list[str]:
    """Migrations of ``state`` that this version does not know: it comes from a newer one."""
    here = known()
    return sorted(
        f"{app}.{name}"
        for app, names in state.items()
        for name in names
        if name not in here.get(app, ())
    )


def unknown_applied() -> list[str]:
    """Migrations in this database that this version does not know; only of apps it has."""
    executor = MigrationExecutor(connection)
    own = {config.label for config in apps.get_app_configs()} & executor.loader.migrated_apps
    strange = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    return sorted(f"{app}.{name}" for app, name in strange if app in own)


def move_to(state: State):
    """Give this database the tables of ``state``; the app registry with the models of then."""
    executor = MigrationExecutor(connection)
    targets = _leaves(executor, state)
    executor.migrate([*targets, *_zeros(executor, state)])
    executor.loader.build_graph()
    return executor.loader.project_state(targets).apps


def move_to_newest() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def _leaves(executor: MigrationExecutor, state: State) -> list[tuple[str, str]]:
    """The last migration of each app in ``state``."""
    nodes = {(app, name) for app, names in state.items() for name in names}
    graph = executor.loader.graph
    return sorted(
        node
        for node in nodes
        if not any(
            child.key in nodes and child.key[0] == node[0]
            for child in graph.node_map[node].children
        )
    )


def _zeros(executor: MigrationExecutor, state: State) -> list[tuple[str, str | None]]:
    """Apps that did not exist then go back to nothing."""
    return [(app, None) for app in executor.loader.migrated_apps if not state.get(app)]


def _by_app(nodes: set[tuple[str, str]]) -> State:
    found: State = {}
    for app, name in sorted(nodes):
        found.setdefault(app, []).append(name)
    return found
