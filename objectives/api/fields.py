"""Fields that several collections share."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from objectives.progress.meaning import written_for
from objectives.standing import Standing
from productops.api.serializers import Visible
from productops.clock import today
from teams.models import Person, Subject


class SubjectField(Visible):
    """A subject as ``kind:key``, e.g. ``product:checkout``."""

    def __init__(self, **options) -> None:
        if not options.get("read_only"):
            options.setdefault("queryset", Subject.objects.all())
        super().__init__(key="reference", **options)

    def to_internal_value(self, data) -> Subject:
        if not isinstance(data, str) or len(data) > 200:
            self.fail("no_key")
        subject = self.get_queryset().named(data).first()
        return subject if subject is not None else self.fail("unknown")


class PersonField(Visible):
    """A person by id or by e-mail; given as id."""

    def __init__(self, **options) -> None:
        options.setdefault("queryset", Person.objects.active())
        super().__init__(**options)

    def to_internal_value(self, data) -> Person:
        if isinstance(data, str) and "@" in data and len(data) <= 254:
            person = self.get_queryset().filter(email=data.strip().lower()).first()
            return person if person is not None else self.fail("unknown")
        return super().to_internal_value(data)


_NUMBER = {"type": "number", "nullable": True}


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "status": {"type": "string"},
            "progress": _NUMBER,
            "expected": _NUMBER,
            "pace": _NUMBER,
            "current": _NUMBER,
            "confidence": {"type": "integer", "nullable": True},
            "said_on": {"type": "string", "format": "date", "nullable": True},
        },
    }
)
class StandingField(serializers.Field):
    """Where a row stands today: computed, so it is only read."""

    def __init__(self, **options) -> None:
        super().__init__(source="*", read_only=True, **options)

    def to_representation(self, row) -> dict[str, Any]:
        found: Standing = row.standing(today())
        return {
            "status": str(found.status),
            "progress": found.progress,
            "expected": found.expected,
            "pace": found.pace,
            "current": found.current,
            "confidence": found.confidence,
            "said_on": found.said_on.isoformat() if found.said_on else None,
        }


class WordsField(serializers.DictField):
    """Texts by name: what the zones of a described result look like."""

    child = serializers.CharField(max_length=1000, allow_blank=True)
    default_error_messages = {"not_a_dict": _("Write an object of texts.")}


_VERSION = {"type": "integer", "nullable": True}


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "meant_by": _VERSION,
            "counted_by": _VERSION,
            "changed": {"type": "boolean"},
            "changed_on": {"type": "string", "format": "date", "nullable": True},
            "reason": {"type": "string"},
        },
    }
)
class MeaningField(serializers.Field):
    """By which version of its KPI's definition the numbers of a key result are meant, and by which
    its newest value is counted. Where it has ``changed``, progress is not known."""

    def __init__(self, **options) -> None:
        super().__init__(source="*", read_only=True, **options)

    def to_representation(self, row) -> dict[str, Any]:
        now = row.series.counted_by if row.series else None
        written = written_for(row.definitions, row.meant_by_id)
        changed = row.is_meant_otherwise
        return {
            "meant_by": written.number if written else None,
            "counted_by": now.number if now else None,
            "changed": changed,
            "changed_on": now.valid_from.isoformat() if changed else None,
            "reason": now.reason if changed else "",
        }
