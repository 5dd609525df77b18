"""Products, and who answers for them."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from productops.models import Record
from teams.choices import (
    AccountRole,
    SubjectKind,
)
from teams.models.person import Person
from teams.models.subject import HasSubject


class ProductQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        if person.sees_all:
            return self
        return self.filter(people=person) if person.role == AccountRole.PM else self.none()

    def current(self):
        return self.filter(archived_at=None)

    def naming(self, words: str):
        found = self
        for word in words.split()[:8]:
            found = found.filter(Q(name__icontains=word) | Q(description__icontains=word))
        return found


class Product(HasSubject, Record):
    subject_kind = SubjectKind.PRODUCT

    description = models.TextField(_("description"), blank=True)
    # 1 to 3; weighs gaps (formulae 4.2).
    criticality = models.PositiveSmallIntegerField(_("criticality"), default=2)
    people = models.ManyToManyField(
        Person, through="PersonProduct", related_name="products", blank=True
    )
    archived_at = models.DateTimeField(null=True, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="product_criticality_from_1_to_3",
                condition=Q(criticality__gte=1, criticality__lte=3),
            ),
        ]

    def get_absolute_url(self):
        return reverse("teams:product-detail", args=[self.pk])


class PersonProduct(models.Model):
    """A person answers for a product: the scope of a pm."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    product = models.ForeignKey(Product, on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "product"], name="person_once_on_a_product"),
        ]

    def __str__(self):
        return f"{self.person} · {self.product}"
