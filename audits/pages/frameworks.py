"""What a version of a questionnaire asks."""

from audits import access
from audits.models import FrameworkVersion


def framework(person, version: FrameworkVersion) -> dict:
    """The whole tree in reading order, with the other versions of the framework."""
    nodes = list(version.nodes.exclude(parent=None))
    return {
        "version": version,
        "nodes": nodes,
        "questions": sum(node.is_question for node in nodes),
        "versions": version.framework.versions.defer("content"),
        "audits": access.audits_for(person).filter(framework_version=version),
        "may_prepare": access.may_prepare(person),
        "area_names": version.areas,
    }
