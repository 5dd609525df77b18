"""What single products and teams want to reach, where that differs from the framework's target."""

from collections.abc import Mapping

from django.db import transaction

from audits.models import Framework, LevelTarget
from productops import changelog
from teams.models import Person, Subject

Wanted = Mapping[tuple[str, Subject], float | None]


@transaction.atomic
def set_level_targets(*, framework: Framework, wanted: Wanted, by: Person) -> int:
    """Write levels by (key of a node, subject); None takes the framework's own again. Returns how
    many changed."""
    subjects = {subject.pk for _key, subject in wanted}
    there = {
        (one.key, one.subject_id): one
        for one in framework.targets.select_for_update().filter(subject__in=subjects)
    }
    before, after = {}, {}
    for (key, subject), level in wanted.items():
        former = there.get((key, subject.pk))
        if level == (former.level if former else None):
            continue
        place = f"{key}, {subject.name}"
        before[place], after[place] = former.level if former else "", "" if level is None else level
        _write(framework, key, subject, level)
    if after:
        changelog.record(by=by, row=framework, verb="changed", before=before, after=after)
    return len(after)


def _write(framework: Framework, key: str, subject: Subject, level: float | None) -> None:
    if level is None:
        LevelTarget.objects.filter(framework=framework, key=key, subject=subject).delete()
    else:
        LevelTarget.objects.update_or_create(
            framework=framework, key=key, subject=subject, defaults={"level": level}
        )
