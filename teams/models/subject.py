"""What a number, an answer or a gap is about."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from teams.choices import (
    SHARED_KINDS,
    AccountRole,
    SubjectKind,
)
from teams.models.person import Person


class SubjectQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """All for admin, ops and exec; a pm's own products, their teams, and shared rows."""
        if person.sees_all:
            return self
        if person.role == AccountRole.PM:
            scope = person.products.through.objects.filter(person=person)
            shared = Q(kind__in=SHARED_KINDS) & Q(models.Exists(scope))
            return self.filter(shared | Q(pk__in=Subject.objects.of_pm(person).values("pk")))
        return self.none()

    def changeable_by(self, person: Person):
        if person.changes_all:
            return self
        if person.role == AccountRole.PM:
            return self.filter(pk__in=Subject.objects.of_pm(person).values("pk"))
        return self.none()

    def of_pm(self, person: Person):
        """Subjects of the products that a pm answers for and of those products' teams."""
        return self.filter(Q(product__people=person) | Q(team__products__people=person)).distinct()

    def of_kind(self, kind: SubjectKind):
        return self.filter(kind=kind)

    def named(self, reference: str):
        """The subject that ``kind:key`` names."""
        kind, _colon, key = reference.partition(":")
        return self.filter(kind=kind, key=key)


class Subject(models.Model):
    """What a number, an answer or a gap is about. The app that owns a kind adds its rows."""

    kind = models.CharField(max_length=12, choices=SubjectKind)
    key = models.SlugField(max_length=120)
    name = models.CharField(max_length=200)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="subject_key_once_in_its_kind"),
        ]

    def __str__(self):
        return self.name

    @property
    def reference(self) -> str:
        return f"{self.kind}:{self.key}"

    def is_of_pm(self, person: Person) -> bool:
        return Subject.objects.of_pm(person).filter(pk=self.pk).exists()

    @classmethod
    def organisation(cls) -> "Subject":
        """The one subject that stands for the whole organisation."""
        subject, _created = cls.objects.get_or_create(
            kind=SubjectKind.ORGANISATION,
            key="organisation",
            defaults={"name": str(_("Organisation"))},
        )
        return subject


class HasSubject(models.Model):
    """A noun that numbers, answers and gaps can be about: it keeps its subject in step."""

    subject_kind: SubjectKind

    subject = models.OneToOneField(
        Subject, on_delete=models.PROTECT, editable=False, related_name="%(class)s"
    )
    slug = models.SlugField(_("short name"), max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if self.subject_id is None:
            self.subject = Subject.objects.get_or_create(
                kind=self.subject_kind, key=self.slug, defaults={"name": self.name}
            )[0]
        if (self.subject.key, self.subject.name) != (self.slug, self.name):
            Subject.objects.filter(pk=self.subject_id).update(key=self.slug, name=self.name)
        super().save(*args, **kwargs)
