from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from objectives.choices import Certificate, Family
from objectives.models.editing import Editable
from productops import clock, trash
from productops.measures import Aggregation, Cadence, Direction, Empty
from productops.models import Discardable, KeptManager
from teams.choices import SubjectKind
from teams.models import Person, Subject

# The first version of a definition holds from ever: numbers of the past are counted by it too.
BEGINNING = date(1900, 1, 1)
CERTIFIED_FOR = timedelta(days=365)
LONGEST_CERTIFICATE = 3 * CERTIFIED_FOR


class KpiQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """Definitions are shared words: everybody with a role reads them."""
        return self if person.role else self.none()

    def changeable_by(self, person: Person):
        """What a number means is agreed for the whole organisation."""
        return self if person.changes_all else self.none()

    def naming(self, words: str):
        return self.filter(Q(name__icontains=words) | Q(slug__icontains=words))

    def certified(self, on: date):
        """Those that somebody vouches for on a day."""
        return self.filter(certified_until__gte=on)

    def expired(self, on: date):
        return self.filter(certified_until__lt=on)

    def by_family(self):
        """In the order of the families; those without one last."""
        places = [models.When(family=family, then=place) for place, family in enumerate(Family)]
        place = models.Case(*places, default=len(places))
        return self.order_by(place, "name", "pk")

    def counting_series(self, person: Person):
        """With ``measured``: how many series the person sees that have numbers."""
        seen = Subject.objects.visible_to(person).values("pk")
        alive = Q(series__state__latest__isnull=False, series__subject__in=seen)
        return self.annotate(measured=models.Count("series", filter=alive))

    def with_versions(self):
        return self.select_related("owner", "certified_by").prefetch_related("versions")


class Kpi(Editable, Discardable):
    """A number worth watching: the definition card. What it means stands in its versions."""

    slug = models.SlugField(_("short name"), max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200)
    family = models.CharField(_("family"), max_length=20, choices=Family, blank=True)
    purpose = models.TextField(_("purpose"), blank=True)
    pitfalls = models.TextField(_("pitfalls"), blank=True)
    source_hint = models.CharField(_("where it comes from"), max_length=300, blank=True)
    subject_kind = models.CharField(  # what its series are usually about
        _("usually about"), max_length=12, choices=SubjectKind, blank=True
    )
    owner = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="kpis",
        verbose_name=_("owner"),
    )
    measure = models.CharField(max_length=100, blank=True, editable=False)  # fed by the registry
    certified_on = models.DateField(null=True, blank=True, editable=False)
    certified_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    certified_reason = models.TextField(blank=True, editable=False)
    certified_until = models.DateField(null=True, blank=True, editable=False)  # its last day

    objects = KeptManager.from_queryset(KpiQuerySet)()
    with_trash = KpiQuerySet.as_manager()

    class Meta:
        verbose_name = _("KPI")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="kpi_certified_until_a_day_after",
                condition=Q(certified_on=None, certified_until=None)
                | Q(certified_until__gt=F("certified_on")),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("objectives:kpi-detail", args=[self.slug])

    @property
    def is_certified(self) -> bool:
        """Whether somebody vouches for it today."""
        return self.certificate_on(clock.today()) == Certificate.VALID

    def certificate_on(self, day: date) -> Certificate:
        """What its certificate is worth on ``day``: nobody vouches for ever."""
        if self.certified_until is None:
            return Certificate.NONE
        return Certificate.VALID if day <= self.certified_until else Certificate.EXPIRED

    def version_on(self, day: date) -> "KpiVersion | None":
        """What it means on ``day``; before the first version, what that one says.

        Reads all versions: prefetch them for lists (``with_versions``).
        """
        return version_by(day, list(self.versions.all()))

    @property
    def definition(self) -> "KpiVersion | None":
        """What it means today."""
        return self.version_on(clock.today())

    def certify(
        self, *, reason: str, by: Person, on: date | None = None, until: date | None = None
    ) -> None:
        """Vouch for the definition until a day, a year if none is said: the number may be shown
        to executives. Raises ValidationError that names the field."""
        on = on or clock.today()
        until = until or on + CERTIFIED_FOR
        if not reason.strip():
            raise ValidationError({"reason": _("Say why people can rely on it.")})
        if not on < until <= on + LONGEST_CERTIFICATE:
            text = _("A certificate lasts from tomorrow to three years at the most.")
            raise ValidationError({"until": text})
        self.certified_by = by
        self.turn(
            by=by,
            verb="certified",
            certified_on=on,
            certified_until=until,
            certified_reason=reason,
        )

    def uncertify(self, *, by: Person) -> None:
        """Take the certificate back, also by itself when the definition changes."""
        if self.certified_on is not None:
            self.certified_by = None
            self.turn(
                by=by,
                verb="uncertified",
                certified_on=None,
                certified_until=None,
                certified_reason="",
            )

    def edit(self, *, by: Person | None, **values: Any) -> bool:
        """Take new words. A short name that formulas speak of stays."""
        slug = values.get("slug", self.slug)
        if slug != self.slug and self.used_by.exists():
            text = _("Formulas of other KPIs name this one by its short name.")
            raise ValidationError({"slug": text})
        return super().edit(by=by, **values)

    @property
    def users(self) -> list["Kpi"]:
        """The KPIs that are computed from this one, today or soon."""
        return list(dict.fromkeys(each.kpi for each in KpiVersion.objects.made_of(self)))

    def discard(self, *, by: Person) -> None:
        """Put it away, unless others are computed from it: they would stand still."""
        if users := self.users:
            text = _("Other KPIs are computed from this one: %s. Change them first.")
            raise ValidationError(text % ", ".join(user.name for user in users))
        trash.discard(row=self, by=by)


def version_by(day: date | None, newest_first: Sequence[Any]) -> Any | None:
    """Of the definitions of a KPI the one in force on ``day``, else the first; None without."""
    begun = (each for each in newest_first if day is not None and each.valid_from <= day)
    return next(begun, newest_first[-1] if newest_first else None)


class KpiVersionQuerySet(models.QuerySet):
    def on(self, day: date):
        """The versions in force on ``day``: of each KPI the newest that began by then."""
        newer = KpiVersion.objects.filter(kpi=models.OuterRef("kpi"), valid_from__lte=day)
        newest = newer.order_by("-valid_from", "-number").values("pk")[:1]
        return self.filter(pk=models.Subquery(newest))

    def holding_from(self, day: date):
        """The versions in force on ``day``, and those that begin later."""
        held = KpiVersion.objects.on(day).values("pk")
        return self.filter(Q(pk__in=held) | Q(valid_from__gt=day))

    def redefined(self):
        """Those of KPIs that had more than one."""
        return self.filter(kpi__in=KpiVersion.objects.filter(number__gt=1).values("kpi"))

    def made_of(self, kpi: Kpi):
        """The versions of KPIs out of the trash, today's and later ones, that compute from it."""
        using = KpiInput.objects.filter(kpi=kpi).values("version")
        rows = self.holding_from(clock.today()).filter(pk__in=using, kpi__deleted_at=None)
        return rows.select_related("kpi").order_by("kpi__name", "number")


class KpiVersion(models.Model):
    """What a KPI means from ``valid_from`` on. A new version begins a new segment.

    Rows are only ever added: metrics counts periods anew when it meets one that it has not seen.
    ``low`` and ``high`` are the target that new series start with.
    """

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    valid_from = models.DateField(_("valid from"))
    formula = models.TextField(_("formula in words"), blank=True)
    # Of a KPI that is computed from others: their short names in braces, as {bugs} / {releases}.
    expression = models.CharField(_("computed as"), max_length=500, blank=True)
    numerator = models.TextField(_("numerator"), blank=True)
    denominator = models.TextField(_("denominator"), blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    direction = models.CharField(
        _("direction"), max_length=10, choices=Direction, default=Direction.NEUTRAL
    )
    cadence = models.CharField(_("cadence"), max_length=10, choices=Cadence, default=Cadence.WEEK)
    aggregation = models.CharField(
        _("aggregation"), max_length=10, choices=Aggregation, default=Aggregation.MEAN
    )
    empty = models.CharField(_("empty periods"), max_length=5, choices=Empty, default=Empty.GAP)
    low = models.FloatField(_("target, at least"), null=True, blank=True)
    high = models.FloatField(_("target, at most"), null=True, blank=True)
    restates_history = models.BooleanField(_("holds for the past too"), default=False)
    reason = models.TextField(_("reason for the change"), blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = KpiVersionQuerySet.as_manager()

    class Meta:
        ordering = ["kpi", "-valid_from", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kpi", "number"], name="kpi_version_once"),
            models.UniqueConstraint(
                fields=["kpi", "valid_from"], name="kpi_versions_begin_on_different_days"
            ),
            models.CheckConstraint(
                name="kpi_target_has_a_width",
                condition=Q(low=None) | Q(high=None) | Q(high__gt=F("low")),
            ),
        ]

    def __str__(self):
        return f"{self.kpi} v{self.number}"

    @property
    def target(self) -> float | dict[str, float] | None:
        """The target that new series start with: one number, or both ends of a band."""
        if self.low is not None and self.high is not None:
            return {"low": self.low, "high": self.high}
        return self.low if self.low is not None else self.high

    @property
    def is_computed(self) -> bool:
        return bool(self.expression)

    @property
    def counted_as(self) -> str:
        """How a period comes about, in a word or two."""
        if self.is_computed:
            return str(_("By a formula"))
        return str(self.get_aggregation_display())

    @property
    def is_first(self) -> bool:
        return self.valid_from == BEGINNING


class KpiInput(models.Model):
    """A KPI that another one is computed from, by one version of its definition."""

    version = models.ForeignKey(KpiVersion, on_delete=models.CASCADE, related_name="inputs")
    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="used_by")

    class Meta:
        ordering = ["version", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "kpi"], name="kpi_once_in_an_expression"),
        ]

    def __str__(self):
        return f"{self.kpi} in {self.version}"
