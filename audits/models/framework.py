"""Questionnaires as versioned data."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.choices import QUESTION_KINDS, Importance, NodeKind, VersionState
from audits.questionnaire import Questionnaire, read_questionnaire
from productops.models import Record
from teams.choices import SubjectKind
from teams.models import Person, Subject

MOST_COMPILED = 64
_COMPILED: dict[tuple[int, str], Questionnaire] = {}


class FrameworkQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """Questionnaires are shared words: everybody with a role reads them."""
        return self if person.role else self.none()


class Framework(Record):
    """A questionnaire. What people answer is one of its versions, which never changes."""

    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=200)

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self):
        return self.title


class FrameworkVersionQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """Drafts are for those who write them."""
        if person.changes_all:
            return self
        return self.exclude(state=VersionState.DRAFT) if person.role else self.none()

    def published(self):
        return self.filter(state=VersionState.PUBLISHED)

    def drafts(self):
        return self.filter(state=VersionState.DRAFT)

    def kept(self):
        """Those that were published once: nothing of them changes, and audits may ask them."""
        return self.exclude(state=VersionState.DRAFT)

    def newest_first(self):
        return self.order_by("framework__title", "-number")

    def with_counts(self):
        """``questions`` and ``times_asked`` beside each version, without its content."""
        asked = models.Q(nodes__kind__in=QUESTION_KINDS)
        return self.defer("content").annotate(
            questions=models.Count("nodes", filter=asked, distinct=True),
            times_asked=models.Count("audits", distinct=True),
        )


class FrameworkVersion(models.Model):
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    description = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="en")
    minutes = models.PositiveSmallIntegerField(default=0)
    low = models.FloatField(default=0)  # the framework's own scale
    high = models.FloatField(default=4)
    target = models.FloatField(default=3)
    content = models.JSONField(default=dict)  # what the file said, normalised; scores start here
    sha256 = models.CharField(max_length=64)  # of the normalised content
    published_at = models.DateTimeField(null=True)
    # Of a draft, whose content is what the editor last kept and may still have faults:
    edition = models.PositiveIntegerField(default=1)  # counts the edits; who edits names it
    edited_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    edited_at = models.DateTimeField(null=True)
    summary = models.TextField(_("what changed"), blank=True)

    objects = FrameworkVersionQuerySet.as_manager()

    class Meta:
        ordering = ["framework", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "number"], name="framework_version_once"),
            models.UniqueConstraint(
                fields=["framework"],
                name="one_draft_of_a_framework",
                condition=Q(state=VersionState.DRAFT),
            ),
            models.CheckConstraint(
                name="framework_scale_has_a_width", condition=Q(high__gt=F("low"))
            ),
        ]

    def __str__(self):
        return f"{self.framework} v{self.number}"

    def get_absolute_url(self):
        if self.is_draft:
            return reverse("audits:draft-edit", args=[self.framework_id])
        return reverse("audits:framework-detail", args=[self.framework_id, self.number])

    @property
    def is_draft(self) -> bool:
        return self.state == VersionState.DRAFT

    @property
    def is_meant_anonymous(self) -> bool:
        return bool(self.content.get("anonymous"))

    @property
    def areas(self) -> dict[str, str]:
        return self.content.get("areas") or {}

    @property
    def levels(self) -> list[dict]:
        """The levels of the framework's own scale: value, name and what they mean everywhere."""
        return (self.content.get("scale") or {}).get("levels") or []

    @property
    def questionnaire(self) -> Questionnaire:
        """The content, compiled; a process keeps what is published, since it never changes.

        Raises BadQuestionnaire where a draft's expressions cannot be.
        """
        if self.state == VersionState.DRAFT:
            return read_questionnaire(self.content)
        known = _COMPILED.get((self.pk, self.sha256))
        if known is None:
            while len(_COMPILED) >= MOST_COMPILED:
                _COMPILED.pop(next(iter(_COMPILED)), None)
            known = _COMPILED[self.pk, self.sha256] = read_questionnaire(self.content)
        return known

    def root(self) -> "Node":
        return self.nodes.get(kind=NodeKind.FRAMEWORK)


class NodeQuerySet(models.QuerySet):
    def questions(self):
        return self.filter(kind__in=QUESTION_KINDS)

    def sections(self):
        return self.filter(kind=NodeKind.SECTION)

    def within(self, node: "Node"):
        """The node and all beneath it."""
        return self.filter(version=node.version_id, order__gte=node.order, order__lte=node.last)


class Node(models.Model):
    """One place in a framework's tree. The root (kind framework, key ``all``) holds the total."""

    version = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="nodes")
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="children")
    key = models.SlugField(max_length=120)
    order = models.PositiveIntegerField()  # depth-first place in the whole tree
    last = models.PositiveIntegerField()  # place of the last node beneath, itself where none is
    kind = models.CharField(max_length=10, choices=NodeKind)
    area = models.CharField(max_length=20, blank=True)  # tools, technologies, methodologies
    title = models.CharField(max_length=200, blank=True)  # short name of a question
    text = models.TextField()
    hint = models.TextField(blank=True)
    evidence = models.TextField(blank=True)  # what would show it
    importance = models.CharField(max_length=12, choices=Importance, default=Importance.RECOMMENDED)
    weight = models.FloatField(default=1)
    target = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    unit = models.CharField(max_length=20, blank=True)
    required = models.BooleanField(default=True)
    # [{"value", "name", "text", "score"}], in order
    choices = models.JSONField(default=list)
    at_most = models.PositiveSmallIntegerField(null=True)  # choices that one may tick
    total = models.FloatField(null=True)  # what the numbers of a section make together
    counts_as = models.CharField(max_length=20, blank=True)  # what a share of time adds to
    # {"gap", "cause", "kpis": [slug], "process": slug, "skill": slug}: what a weak answer may
    # start with
    suggests = models.JSONField(default=dict)
    # Expressions over other answers, in XLSForm's words (audits/expressions).
    relevant = models.TextField(blank=True)  # asked only where this holds
    constraint = models.TextField(blank=True)  # what an answer has to fulfil; "." is the answer
    constraint_message = models.TextField(blank=True)
    is_soft = models.BooleanField(default=False)  # a broken constraint warns, and may stay
    calculation = models.TextField(blank=True)  # of kind calculated
    # A section asked once for each subject of this kind that belongs to the scope.
    repeat = models.CharField(max_length=12, choices=SubjectKind, blank=True)
    catalogue = models.CharField(max_length=12, choices=SubjectKind, blank=True)  # of kind subject
    has_other = models.BooleanField(default=False)  # a choice beside those that stand there
    documents = models.BooleanField(default=False)  # asks apart how far it is written down
    measure = models.CharField(max_length=100, blank=True)  # the fact beside the answer
    # {"levels": [lowest value of each level, lowest level first], "tolerance", "days"}
    fact = models.JSONField(default=dict)
    # [{"framework", "key", "relation", "strength" 0 to 10}]: where else it is asked
    maps = models.JSONField(default=list)

    objects = NodeQuerySet.as_manager()

    class Meta:
        ordering = ["version", "order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="node_key_once_in_a_version"),
            models.UniqueConstraint(
                fields=["version", "order"], name="node_order_once_in_a_version"
            ),
            models.CheckConstraint(
                name="node_ends_not_before_it_begins", condition=Q(last__gte=F("order"))
            ),
        ]

    def __str__(self):
        return self.short

    @property
    def short(self) -> str:
        return self.title or self.text

    @property
    def is_question(self) -> bool:
        return self.kind in QUESTION_KINDS

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest level, of its own scale or of the framework's."""
        low, high = self.version.low, self.version.high
        if self.low is not None and self.high is not None:
            low, high = self.low, self.high
        return min(low, high), max(low, high)

    @property
    def steps(self) -> dict[float, str]:
        """The numbers that an answer can have, with the names of those levels, lowest first."""
        number = "value" if self.kind == NodeKind.LEVEL else "score"
        known = {one.get(number): str(one.get("name", "")) for one in self.choices}
        return {key: known[key] for key in sorted(k for k in known if isinstance(k, (int, float)))}


class LevelTargetQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))


class LevelTarget(models.Model):
    """What one subject wants to reach at a node, where that differs from the framework's target.

    By the node's key, so that it outlives versions; closing an audit freezes it in the scores.
    """

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="targets")
    key = models.SlugField(max_length=120)
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="level_targets")
    level = models.FloatField(_("level wanted"))

    objects = LevelTargetQuerySet.as_manager()

    class Meta:
        ordering = ["framework", "subject", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "key", "subject"], name="level_target_once"
            ),
        ]

    def __str__(self):
        return f"{self.subject} · {self.key}: {self.level:g}"
