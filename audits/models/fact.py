"""What is, beside what people say: a measure of the house on one day."""

from django.db import models

from teams.models import Person, Subject


class FactQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))


class Fact(models.Model):
    """The value of a measure (``productops.measures``) of one subject on one day.

    Kept for the measures that questions name, one row a day at most; a question's ``fact`` says
    which level a value amounts to.
    """

    measure = models.CharField(max_length=100)
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="facts")
    on = models.DateField()
    value = models.FloatField()

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "subject", "-on"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "subject", "on"], name="fact_once_a_day"),
        ]

    def __str__(self):
        return f"{self.measure} · {self.subject} · {self.on}"
