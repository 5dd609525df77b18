"""Read a table of answers against an audit: whose they are, about what, and whether they may be."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from audits import actions
from audits.choices import NodeKind
from audits.models import Audit, Node
from audits.questionnaire import Questionnaire, Value, value_of
from audits.replies import check_reply, read_reply
from audits.response_table import (
    Told,
    given_of,
    is_long,
    long_of,
    mapping_of,
    wide_of,
)
from productops.exchange import Refused, Report
from productops.models import StoredFile
from productops.parsing import Unreadable, clean_text, to_slug
from teams.models import Person, Subject

NOWHERE = "responses.invalid"  # a domain to which no mail can go (RFC 2606)
LONGEST_NAME = 200


@dataclass
class Reading:
    """What the rows of a file are read against, and what they turned out to be."""

    report: Report
    audit: Audit
    questionnaire: Questionnaire
    nodes: Mapping[str, Node]
    people: dict[str, Person]
    subjects: Mapping[str, Subject]
    files: Mapping[str, int]  # id of a stored file by its SHA-256
    may_create: bool = False
    may_be_nameless: bool = False
    usual_subject: str = ""
    given: list[actions.Given] = field(default_factory=list)
    rows: list[Told] = field(default_factory=list)  # of each that is given
    seen: dict[tuple, int] = field(default_factory=dict)

    def refuse(self, told: Told, column: str, reason: str) -> None:
        self.report.refuse(told.row, column, reason)

    def read(self, told: Told) -> None:
        """Read one answer; everything that is wrong with it is said at once."""
        person = self._person(told)
        scope = self._subject(told, "subject", told.who.subject or self.usual_subject)
        node = self.nodes.get(told.question)
        if node is None:
            self.refuse(told, "question", _("“%s” is not known here.") % told.question[:40])
        if node is None or person is None or scope is None:
            return
        about = self._about(told, node, scope)
        content = self._content(told, node)
        if about is None or content is None or self._was_seen(told, person, scope, about, node):
            return
        self.given.append(actions.Given(person, scope, node, content, about))
        self.rows.append(told)

    def _was_seen(self, told: Told, *place: Any) -> bool:
        key = tuple(row.pk or row.email for row in place)
        if first := self.seen.get(key):
            self.refuse(told, "question", _("Answered in row %s already.") % first)
            return True
        self.seen[key] = told.row
        return False

    def _person(self, told: Told) -> Person | None:
        if not told.who.email:
            return self._nameless(told)
        if told.who.email not in self.people and self.may_create:
            return self._new(told, told.who.email, told.who.name or told.who.email)
        if told.who.email not in self.people:
            self.refuse(told, "email", _("“%s” is not known here.") % told.who.email[:40])
        return self.people.get(told.who.email)

    def _nameless(self, told: Told) -> Person | None:
        """Somebody who stays unnamed: the same row of the same audit is the same person."""
        if not self.may_be_nameless:
            self.refuse(told, "email", _("Who said this? Name an address, or allow for none."))
            return None
        mark = told.who.respondent or str(told.row)
        try:
            email = f"{to_slug(mark).strip('-')[:40]}.audit-{self.audit.pk}@{NOWHERE}"
        except Unreadable as problem:
            self.refuse(told, "respondent", str(problem))
            return None
        return self.people.get(email) or self._new(told, email, _("Respondent %s") % mark)

    def _new(self, told: Told, email: str, name: str) -> Person | None:
        """A person who answers and cannot sign in, made when the answers are kept."""
        try:
            validate_email(email)
            name = clean_text(name, longest=LONGEST_NAME)
        except ValidationError as problem:
            self.refuse(told, "email", " ".join(problem.messages))
            return None
        except Unreadable as problem:
            self.refuse(told, "name", str(problem))
            return None
        is_active = not email.endswith(f"@{NOWHERE}")
        self.people[email] = Person(email=email, name=name, is_active=is_active)
        return self.people[email]

    def _subject(self, told: Told, column: str, reference: str) -> Subject | None:
        if reference not in self.subjects:
            self.refuse(told, column, _("“%s” is not known here.") % reference[:40])
        return self.subjects.get(reference)

    def _about(self, told: Told, node: Node, scope: Subject) -> Subject | None:
        """The subject of a repeated section, elsewhere the scope's own."""
        section = self.questionnaire.repeat_of(node.key)
        column = told.column if told.column != "value" else "about"
        if section is None:
            if told.about in ("", scope.reference):
                return scope
            self.refuse(told, column, _("This question is asked about the subject as a whole."))
            return None
        if not told.about and scope.kind == section.repeat:
            return scope
        if not told.about:
            reason = _("Say about which %s this is.") % section.repeat
            self.refuse(told, column, reason)
            return None
        about = self._subject(told, column, told.about)
        if about is not None and about.kind != section.repeat:
            self.refuse(told, column, _("This is asked about each %s.") % section.repeat)
            return None
        return about

    def _content(self, told: Told, node: Node) -> dict | None:
        beside = dict(told.beside)
        try:
            given, other = given_of(node, told.value, beside.pop("other", ""))
            if node.kind == NodeKind.FILE:
                given = self._file(given)
            if "file" in beside:
                beside["file"] = self._file(beside["file"])
            return read_reply(
                node,
                given,
                **beside,
                other=other,
                catalogue=self._catalogue(node),
                files=self.files.values(),
            )
        except Unreadable as problem:
            self.refuse(told, told.column, str(problem))
            return None

    def _file(self, sha256: Any) -> Any:
        found = self.files.get(str(sha256).strip().lower())
        if found is None and sha256 not in ("dont_know", "na"):
            raise Unreadable(_("There is no file with this SHA-256; send it first."))
        return found or sha256

    def _catalogue(self, node: Node) -> list[str]:
        if not node.catalogue:
            return []
        return [ref for ref, subject in self.subjects.items() if subject.kind == node.catalogue]

    def check(self, today: date) -> None:
        """Hold each answer to its check, which may ask the others of the same person."""
        said: dict[tuple, dict[str, Value]] = defaultdict(dict)
        for one in self.given:
            said[_whose(one, one.about)][one.node.key] = value_of(one.node.kind, one.content)
        for told, one in zip(self.rows, self.given, strict=True):
            answers = said[_whose(one, one.subject)] | said[_whose(one, one.about)]
            try:
                check_reply(self.questionnaire, one.node.key, one.content, answers, today=today)
            except Unreadable as problem:
                self.refuse(told, told.column, str(problem))


def _whose(one: actions.Given, about: Subject) -> tuple:
    return one.person.email, one.subject.pk, about.pk


def reading_for(audit: Audit, options: Mapping[str, Any], report: Report) -> Reading:
    usual = options.get("subject") or Subject.organisation().reference
    subjects = {subject.reference: subject for subject in Subject.objects.all()}
    return Reading(
        report,
        audit,
        audit.framework_version.questionnaire,
        nodes={node.key: node for node in audit.framework_version.nodes.questions()},
        people={person.email: person for person in Person.objects.all()},
        subjects=subjects,
        files=dict(StoredFile.objects.values_list("sha256", "pk")),
        may_create=bool(options.get("create_people")),
        may_be_nameless=bool(options.get("nameless")),
        usual_subject=usual,
    )


def told_by(
    header: tuple[str, ...], reading: Reading, options: Mapping[str, Any]
) -> Callable[[int, Mapping[str, str]], Iterable[Told]]:
    """How each row is told. Raises Refused where a column is missing or is nothing."""
    mapped = mapping_of(options.get("map") or ())
    left_out = options.get("leave_out") or ()
    if is_long([mapped.get(name, name) for name in header]):
        long, faults = long_of(header, mapped=mapped, left_out=left_out)
        found: Any = long.told
    else:
        questions = reading.nodes.values()
        wide, faults = wide_of(header, questions, mapped=mapped, left_out=left_out)
        found = wide.told
    for column, reason in faults:
        reading.report.refuse(None, column, reason)
    if faults:
        raise Refused(reading.report)
    return found
