"""Query parameters that choose series and days."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from productops.fields import DateField


@extend_schema_field(OpenApiTypes.DATE)
class DayFilter(filters.Filter):
    field_class = DateField


class SubjectFilters(filters.FilterSet):
    """``kpi``, ``product`` or ``subject=kind:key``, and days ``from`` and ``to``."""

    day = "period"
    path = "series__"
    kpi = filters.CharFilter(method="of_kpi", label=_("KPI, by its short name"))
    product = filters.CharFilter(method="of_product", label=_("product, by its short name"))
    subject = filters.CharFilter(method="of_subject", label=_("subject, as kind:key"))

    @classmethod
    def get_filters(cls):
        # "from" is a word of Python, so these cannot be declared as attributes.
        return super().get_filters() | {
            "from": DayFilter(method="from_day", label=_("first day")),
            "to": DayFilter(method="to_day", label=_("last day")),
        }

    def of_kpi(self, rows: QuerySet, _name: str, slug: str) -> QuerySet:
        return rows.filter(**{f"{self.path}kpi__slug": slug})

    def of_product(self, rows: QuerySet, _name: str, slug: str) -> QuerySet:
        return self.of_subject(rows, "", f"product:{slug}")

    def of_subject(self, rows: QuerySet, _name: str, reference: str) -> QuerySet:
        kind, _colon, key = reference.partition(":")
        return rows.filter(**{f"{self.path}subject__kind": kind, f"{self.path}subject__key": key})

    def from_day(self, rows: QuerySet, _name: str, day) -> QuerySet:
        return rows.filter(**{f"{self.day}__gte": day})

    def to_day(self, rows: QuerySet, _name: str, day) -> QuerySet:
        return rows.filter(**{f"{self.day}__lte": day})
