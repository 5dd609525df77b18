"""What is said of a fact: one sentence for pages, mails, gaps and the API."""

from django.utils.translation import gettext as _

from audits.facts import Compared
from audits.models import Node
from productops import numbers
from productops.measures import measure_named


def contradiction(node: Node, compared: Compared) -> str:
    """ "People say 3 (Practised); the record shows 41%, which is 1 (Sometimes)." """
    return _("People say %(said)s; %(record)s.") % {
        "said": level_words(node, compared.said),
        "record": record_words(node, compared),
    }


def own_words(node: Node, compared: Compared) -> str:
    """ "You say 3 (Practised); the record shows 41%, which is 1 (Sometimes)." """
    return _("You say %(said)s; %(record)s.") % {
        "said": level_words(node, compared.said),
        "record": record_words(node, compared),
    }


def record_words(node: Node, compared: Compared) -> str:
    value = value_words(node.measure, compared.value)
    if compared.level is None:
        return _("the record shows %(value)s") % {"value": value}
    level = level_words(node, compared.level)
    return _("the record shows %(value)s, which is %(level)s") % {"value": value, "level": level}


def value_words(measure: str, value: float) -> str:
    """A value with the unit of its measure."""
    known = measure_named(measure)
    return numbers.quantity(value, known.unit if known else "")


def measure_words(measure: str) -> str:
    """What a measure is called; its key where the registry does not know it any more."""
    known = measure_named(measure)
    return str(known.name) if known else measure


def level_words(node: Node, level: float | None) -> str:
    """ "3 (Practised)"; between two levels the number alone."""
    if level is None:
        return numbers.NOTHING
    name = node.steps.get(level)
    text = numbers.number(level)
    return f"{text} ({name})" if name else text
