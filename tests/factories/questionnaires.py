"""Questionnaires that branch and repeat, from the words of a file."""

from django.utils import timezone

from audits import actions
from audits.framework_file import FrameworkFile, fingerprint
from audits.models import Repeat
from teams.models import Subject

LEVELS = [
    {"value": value, "score": value, "name": name}
    for value, name in enumerate(["Not at all", "Sometimes", "Agreed", "Practised", "Improving"])
]


def level(key, **more):
    return {"key": key, "type": "level", "text": f"{key}?", "choices": LEVELS, **more}


def asks(kind, key, **more):
    return {"key": key, "type": kind, "text": f"{key}?", "weight": 0, **more}


def section(key, *children, **more):
    return {"key": key, "title": key.title(), "children": list(children), **more}


def version_of(*nodes, key="branching", minutes=6):
    """A published version with these sections."""
    content = {
        "key": key,
        "title": key.title(),
        "minutes": minutes,
        "target": 3,
        "scale": {"min": 0, "max": 4},
        "nodes": list(nodes),
    }
    file = FrameworkFile(content, fingerprint(content))
    return actions.load_framework(file=file, by=None, now=timezone.now())[0]


def repeat(scope, key, *names, kind="tool"):
    """Ask a repeated section of a scope for tools of these names."""
    node = scope.audit.framework_version.nodes.get(key=key)
    for name in names:
        subject, _created = Subject.objects.get_or_create(
            kind=kind, key=name.lower(), defaults={"name": name}
        )
        Repeat.objects.create(scope=scope, node=node, subject=subject)
