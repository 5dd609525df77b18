"""The filters above lists. Each narrows its rows by what was understood and ignores the rest."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.choices import AuditState, Band, Cause, GapSource, GapState, InvitationState
from audits.models import Assignment, Audit, Node, Scope
from productops import clock
from productops.models import Bounce
from teams.models import Person, Subject

ANY = ("", _("Any"))
NOBODY = "nobody"
SORTS_OF_AUDITS = ("title", "closes_on", "state")
SORTS_OF_GAPS = ("title", "priority", "due_on", "subject__name")


class Filters(forms.Form):
    """A GET form: what it does not understand narrows nothing."""

    sorts: tuple[str, ...] = ()

    def __init__(self, data, **options):
        super().__init__(data, auto_id="filter_%s", **options)
        self.is_valid()

    def settle(self) -> None:
        """Read what was sent against the choices, which are asked of the database once."""
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and not field.widget.is_hidden:
                field.choices = [*iter(field.choices)]
        self.full_clean()

    def value(self, name: str):
        return self.cleaned_data.get(name) or None

    def sorted(self, rows, sort: str, otherwise: str):
        """``?sort=title`` or ``-title``; anything else is the list's own order."""
        name = sort.removeprefix("-")
        known = name in self.sorts
        return rows.order_by(sort, "pk") if known else getattr(rows, otherwise)()


def search_field() -> forms.CharField:
    return forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class AuditFilters(Filters):
    sorts = SORTS_OF_AUDITS

    q = search_field()
    state = forms.ChoiceField(label=_("State"), choices=[ANY, *AuditState.choices], required=False)

    def narrow(self, audits):
        if text := self.value("q"):
            audits = audits.filter(
                Q(title__icontains=text) | Q(framework_version__framework__title__icontains=text)
            )
        if state := self.value("state"):
            audits = audits.filter(state=state)
        return audits


class ParticipantFilters(Filters):
    """Who is asked: ``missing`` are all who have not submitted, ``bounced`` whose address does not
    work."""

    OTHERS = (("missing", _("Missing")), ("bounced", _("Address does not work")))

    q = search_field()
    state = forms.ChoiceField(label=_("State"), required=False)
    scope = forms.ModelChoiceField(
        Scope.objects.none(), label=_("About"), required=False, empty_label=_("Any")
    )

    def __init__(self, data, *, audit: Audit):
        super().__init__(data)
        states = [(InvitationState.SUBMITTED, InvitationState.SUBMITTED.label)]
        states = states if audit.is_anonymous else InvitationState.choices
        self.fields["state"].choices = [ANY, *self.OTHERS, *states]
        self.fields["scope"].queryset = audit.scopes.select_related("subject")
        self.fields["scope"].label_from_instance = lambda scope: scope.subject.name
        self.settle()

    def narrow(self, invitations):
        if text := self.value("q"):
            named = Q(person__name__icontains=text) | Q(person__email__icontains=text)
            invitations = invitations.filter(named)
        if (state := self.value("state")) == "missing":
            invitations = invitations.missing()
        elif state == "bounced":
            bounced = Bounce.objects.standing().values("address")
            invitations = invitations.filter(person__email__in=bounced)
        elif state:
            invitations = invitations.filter(state=state)
        if scope := self.value("scope"):
            about = Assignment.objects.filter(scope=scope).values("invitation")
            invitations = invitations.filter(pk__in=about)
        return invitations


class GapFilters(Filters):
    sorts = SORTS_OF_GAPS

    q = search_field()
    state = forms.ChoiceField(
        label=_("State"),
        choices=[ANY, ("open", _("Open")), ("late", _("Late")), *GapState.choices],
        required=False,
    )
    priority = forms.ChoiceField(label=_("Priority"), choices=[ANY, *Band.choices], required=False)
    audit = forms.ModelChoiceField(
        Audit.objects.none(), label=_("Audit"), required=False, empty_label=_("Any")
    )
    subject = forms.ModelChoiceField(
        Subject.objects.none(), label=_("About"), required=False, empty_label=_("Any")
    )
    cause = forms.ChoiceField(label=_("Root cause"), choices=[ANY, *Cause.choices], required=False)
    source = forms.ChoiceField(label=_("How"), choices=[ANY, *GapSource.choices], required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)

    def __init__(self, data, *, person: Person):
        super().__init__(data)
        self._offer(person)
        self.settle()

    def _offer(self, person: Person) -> None:
        self.fields["audit"].queryset = Audit.objects.visible_to(person).exclude(gaps=None)
        self.fields["subject"].queryset = (
            Subject.objects.visible_to(person).exclude(gaps=None).distinct()
        )
        owners = Person.objects.visible_to(person).exclude(gaps=None).distinct()
        self.fields["owner"].choices = [
            ANY,
            (NOBODY, _("Nobody yet")),
            *((str(owner.pk), owner.name) for owner in owners),
        ]

    def narrow(self, gaps):
        if text := self.value("q"):
            gaps = gaps.filter(Q(title__icontains=text) | Q(description__icontains=text))
        gaps = self._in_state(gaps)
        if band := self.value("priority"):
            gaps = gaps.in_band(Band(band))
        if audit := self.value("audit"):
            gaps = gaps.found_in(audit)
        if owner := self.value("owner"):
            gaps = gaps.filter(owner=None if owner == NOBODY else int(owner))
        same = {name: self.value(name) for name in ("subject", "cause", "source")}
        return gaps.filter(**{name: value for name, value in same.items() if value})

    def _in_state(self, gaps):
        state = self.value("state")
        if state == "open":
            return gaps.open()
        if state == "late":
            return gaps.late_on(clock.today())
        return gaps.filter(state=state) if state else gaps


class AnswerFilters(Filters):
    dimension = forms.ModelChoiceField(
        Node.objects.none(),
        label=_("Dimension"),
        required=False,
        to_field_name="key",
        empty_label=_("Any"),
    )
    scope = forms.ModelChoiceField(
        Scope.objects.none(), label=_("About"), required=False, empty_label=_("Any")
    )
    question = forms.ModelChoiceField(
        Node.objects.none(), label=_("Question"), required=False, widget=forms.HiddenInput
    )
    remarks = forms.BooleanField(label=_("With comment or evidence"), required=False)

    def __init__(self, data, *, audit: Audit, person: Person):
        super().__init__(data)
        nodes = Node.objects.filter(version=audit.framework_version_id)
        self.fields["dimension"].queryset = nodes.filter(parent__parent=None, parent__isnull=False)
        self.fields["question"].queryset = nodes.questions()
        scopes = audit.scopes.visible_to(person).select_related("subject")
        self.fields["scope"].queryset = scopes
        self.fields["scope"].label_from_instance = lambda scope: scope.subject.name
        self.settle()

    def narrow(self, answers):
        if node := self.value("dimension") or self.value("question"):
            answers = answers.filter(node__order__gte=node.order, node__order__lte=node.last)
        if scope := self.value("scope"):
            answers = answers.filter(scope=scope)
        if self.value("remarks"):
            answers = answers.exclude(comment="", evidence_url="")
        return answers


class FrameworkFilters(Filters):
    q = search_field()

    def narrow(self, frameworks):
        if text := self.value("q"):
            said = Q(title__icontains=text) | Q(versions__description__icontains=text)
            frameworks = frameworks.filter(said).distinct()
        return frameworks
