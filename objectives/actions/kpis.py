from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from objectives.actions.expressions import check_uses, inputs_named
from objectives.actions.series import begin_computed
from objectives.actions.targets import check_bounds
from objectives.models import BEGINNING, Kpi, KpiInput, KpiVersion
from objectives.progress.meaning import MEANING
from productops import changelog
from productops.parsing import Unreadable, to_slug
from teams.models import Person

TARGET = ("low", "high")


@transaction.atomic
def define_kpi(*, name: str, by: Person | None, slug: str = "", **fields: Any) -> Kpi:
    """Write a new definition card and its first version, which holds from ever.

    ``slug`` is made of the name where it is not given.
    ``fields``: those of ``Kpi`` (family, purpose, pitfalls, source_hint, subject_kind, owner,
    measure) and of ``KpiVersion`` (MEANING and the target ``low`` and ``high``).
    """
    slug = _free_slug(slug, name)
    meant = {key: fields.pop(key) for key in (*MEANING, *TARGET) if key in fields}
    version = KpiVersion(number=1, valid_from=BEGINNING, by=by, **meant)
    check_bounds(version.low, version.high, version)
    inputs = inputs_named(version, slug=slug) if version.is_computed else []
    kpi = Kpi.objects.create(slug=slug, name=name, **fields)
    version.kpi = kpi
    _write(version, inputs)
    changelog.record(by=by, row=kpi, verb="created", after={"name": name} | meant)
    return kpi


def _free_slug(slug: str, name: str) -> str:
    """The short name, refused at the field that it comes from."""
    field = "slug" if slug else "name"
    try:
        slug = slug or to_slug(name)[:120]
    except Unreadable as problem:
        raise ValidationError({field: str(problem)}) from problem
    if Kpi.with_trash.filter(slug=slug).exists():
        raise ValidationError({field: _("There is a KPI of this name already.")})
    return slug


@transaction.atomic
def change_definition(
    *,
    kpi: Kpi,
    valid_from: date,
    reason: str,
    by: Person | None,
    restates_history: bool = False,
    **meant: Any,
) -> KpiVersion | None:
    """Let the KPI mean something else from a day on: a version more, and nothing rewritten.

    The series break there; metrics meets the new row by itself. What is not given stays. Without
    any difference nothing happens and None is returned. The certificate ends with the meaning.
    """
    last = kpi.versions.order_by("-number")[0]
    before = {name: getattr(last, name) for name in (*MEANING, *TARGET)}
    after = before | meant
    if after == before:
        return None
    _check_change(kpi, valid_from, reason)
    version = KpiVersion(
        kpi=kpi,
        number=last.number + 1,
        valid_from=valid_from,
        reason=reason,
        restates_history=restates_history,
        by=by,
        **after,
    )
    check_bounds(version.low, version.high, version)
    _write(version, _inputs_of(version))
    changed = [name for name in after if after[name] != before[name]]
    changelog.record(
        by=by,
        row=kpi,
        verb="redefined",
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed} | {"from": valid_from, "reason": reason},
    )
    if by is not None and any(name in MEANING for name in changed):
        kpi.uncertify(by=by)
    return version


def _inputs_of(version: KpiVersion) -> list[Kpi]:
    """The inputs of another version of a KPI; refused where it does not fit what is around it."""
    check_uses(version.kpi, version.cadence)
    if not version.is_computed:
        return []
    if version.kpi.measure:
        text = _("The application measures this KPI itself, so it cannot be computed.")
        raise ValidationError({"expression": text})
    return inputs_named(version, slug=version.kpi.slug)


def _write(version: KpiVersion, inputs: list[Kpi]) -> None:
    version.save()
    KpiInput.objects.bulk_create(KpiInput(version=version, kpi=kpi) for kpi in inputs)
    if inputs:
        begin_computed(of=[kpi.pk for kpi in inputs])


def _check_change(kpi: Kpi, valid_from: date, reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the definition changes.")})
    newest = kpi.versions.order_by("-valid_from")[0]
    if valid_from <= newest.valid_from:
        text = _("The present version began on %s; the new one has to begin later.")
        raise ValidationError({"valid_from": text % newest.valid_from})
