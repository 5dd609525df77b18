"""Write questionnaires: one draft of a framework at a time, until it is published or discarded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from audits import drafting
from audits.actions.frameworks import newest_number, publish, write_content
from audits.choices import VersionState
from audits.framework_file import FrameworkFile, read_content
from audits.models import Framework, FrameworkVersion
from audits.refusals import DraftIsStale, NotNow
from audits.version_diff import Difference, FieldChange, NodeChange, difference
from productops import changelog
from teams.models import Person

WRITTEN = (
    *("content", "sha256", "description", "language", "minutes", "low", "high", "target"),
    *("edited_by", "edited_at"),
)
MOST_CHANGES = 40  # that one entry of the log tells one by one


# Beginning ----------------------------------------------------------------------------------
@transaction.atomic
def new_framework(
    *,
    title: str,
    key: str,
    low: float,
    high: float,
    target: float,
    names: list[str],
    by: Person,
    now: datetime,
) -> FrameworkVersion:
    """A framework with nothing in it but a scale, as a draft. Raises NotNow where its key is
    taken."""
    content = drafting.new_content(
        key=key, title=title, low=low, high=high, target=target, names=names
    )
    return _first_draft(content, by, now)


@transaction.atomic
def copy_framework(
    *, version: FrameworkVersion, title: str, key: str, by: Person, now: datetime
) -> FrameworkVersion:
    """Another framework that begins with the words of this one, as a draft."""
    return _first_draft({**version.content, "title": title, "key": key}, by, now)


def _first_draft(content: dict[str, Any], by: Person, now: datetime) -> FrameworkVersion:
    slug, title = content["key"], content["title"]
    framework, is_new = Framework.objects.get_or_create(slug=slug, defaults={"title": title})
    if not is_new:
        raise NotNow(_("There is a framework called “%s” already.") % slug)
    changelog.record(by=by, row=framework, verb="created", after={"title": title})
    return _new_draft(framework, content, by, now)


@transaction.atomic
def start_draft(*, framework: Framework, by: Person, now: datetime) -> FrameworkVersion:
    """The draft of the next version: the one that is there, or a new one that says what the
    newest version says."""
    there = framework.versions.drafts().first()
    if there is not None:
        return there
    newest = framework.versions.published().first() or framework.versions.first()
    if newest is None:
        raise NotNow(_("This framework has no version to begin with."))
    return _new_draft(framework, newest.content, by, now)


@transaction.atomic
def draft_from_file(*, file: FrameworkFile, by: Person, now: datetime) -> FrameworkVersion:
    """The draft of the next version says what the file says, to be looked at before publishing.
    Raises NotNow where somebody else's draft is in the works."""
    framework = Framework.objects.filter(slug=file.content["key"]).first()
    if framework is None:
        return _first_draft(file.content, by, now)
    if framework.versions.drafts().exists():
        raise NotNow(_("There is a draft of it already. Publish or discard that first."))
    return _new_draft(framework, file.content, by, now)


def _new_draft(
    framework: Framework, content: Mapping[str, Any], by: Person, now: datetime
) -> FrameworkVersion:
    draft = FrameworkVersion(
        framework=framework,
        number=newest_number(framework) + 1,
        state=VersionState.DRAFT,
        edited_by=by,
        edited_at=now,
    )
    write_content(draft, {name: value for name, value in content.items() if name != "version"})
    draft.save()
    changelog.record(by=by, row=draft, verb="drafted", after={"edition": draft.edition})
    return draft


# Editing ------------------------------------------------------------------------------------
@transaction.atomic
def save_draft(
    *,
    draft: FrameworkVersion,
    content: Mapping[str, Any],
    edition: int,
    by: Person,
    now: datetime,
    verb: str = "changed",
) -> FrameworkVersion:
    """Keep what a draft says now. Raises DraftIsStale where ``edition`` is not the newest."""
    changes = difference(draft.content, content)
    if draft.edition == edition and changes.is_empty:
        return draft
    _claim(draft, edition)
    write_content(draft, content)
    draft.edited_by, draft.edited_at = by, now
    draft.save(update_fields=WRITTEN)
    before, after = told(changes)
    after["edition"] = draft.edition
    changelog.record(by=by, row=draft, verb=verb, before=before, after=after)
    return draft


def _claim(draft: FrameworkVersion, edition: int) -> None:
    """Take the next edition, or say who took it before."""
    rows = FrameworkVersion.objects.drafts().filter(pk=draft.pk, edition=edition)
    if rows.update(edition=F("edition") + 1):
        draft.edition = edition + 1
        return
    current = FrameworkVersion.objects.drafts().filter(pk=draft.pk).first()
    if current is None:
        raise NotNow(_("This draft was published or discarded meanwhile."))
    who = current.edited_by or _("Somebody else")
    text = _("%(who)s saved this draft meanwhile. Look at both, then save.") % {"who": who}
    raise DraftIsStale(text, current=current, since=edition)


def told(changes: Difference) -> tuple[dict[str, Any], dict[str, Any]]:
    """A difference as the log keeps it: before and after by place."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for place, one in _places(changes):
        if len(after) < MOST_CHANGES:
            before[place], after[place] = _said(one, "before"), _said(one, "after")
    return before, after


def _places(changes: Difference):
    for one in changes.head:
        yield ".".join(one.name), one
    for node in changes.shown:
        if node.change in ("added", "removed") or not node.fields:
            yield node.key, node
        for field in node.fields:
            yield f"{node.key}.{'.'.join(field.name)}", field


def _said(one: FieldChange | NodeChange, side: str) -> Any:
    if isinstance(one, FieldChange):
        return getattr(one, side)
    words = one.node.get("title") or one.node.get("text") or one.key
    if one.change == "moved":
        return words if side == "before" else _("moved")
    return words if (one.change == "added") == (side == "after") else ""


@transaction.atomic
def discard_draft(*, draft: FrameworkVersion, by: Person) -> Framework | None:
    """Throw a draft away; a framework that was nothing else goes with it (None). Raises NotNow
    where it was published or discarded meanwhile."""
    framework = draft.framework
    if not FrameworkVersion.objects.drafts().select_for_update().filter(pk=draft.pk).first():
        raise NotNow(_("This draft was published or discarded meanwhile."))
    changelog.record(by=by, row=framework, verb="discarded", before={"draft": draft.number})
    if framework.versions.exclude(pk=draft.pk).exists():
        draft.delete()
        return framework
    framework.delete()
    return None


# Publishing ---------------------------------------------------------------------------------
@transaction.atomic
def publish_draft(
    *, draft: FrameworkVersion, edition: int, summary: str, by: Person, now: datetime
) -> FrameworkVersion:
    """What the next audits ask. Raises FrameworkRefused with every fault, NotNow where it says
    what the version before says, DraftIsStale where somebody edited meanwhile.

    The version before is retired; audits that use it go on.
    """
    file = read_content(draft.content)
    former = draft.framework.versions.published().first()
    if former is not None and former.sha256 == file.sha256:
        raise NotNow(_("It says the same as %s: there is nothing to publish.") % former)
    _claim(draft, edition)
    draft.edited_by, draft.edited_at = by, now
    return publish(
        framework=draft.framework, file=file, by=by, now=now, summary=summary, draft=draft
    )


@transaction.atomic
def retire_framework(*, framework: Framework, by: Person) -> None:
    """No new audit asks it; those that do go on."""
    if not framework.versions.published().update(state=VersionState.RETIRED):
        raise NotNow(_("No version of it is published."))
    changelog.record(by=by, row=framework, verb="retired")


@transaction.atomic
def bring_back_framework(*, framework: Framework, by: Person) -> FrameworkVersion:
    """Let new audits ask its newest version again."""
    newest = framework.versions.exclude(state=VersionState.DRAFT).first()
    if newest is None or framework.versions.published().exists():
        raise NotNow(_("There is nothing to bring back."))
    newest.state = VersionState.PUBLISHED
    newest.save(update_fields=["state"])
    changelog.record(by=by, row=framework, verb="reopened", after={"version": newest.number})
    return newest
