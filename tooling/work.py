"""What waits for a person here: contracts that end soon, and waves of rollouts that go live."""

from datetime import date

from django.utils.translation import gettext as _

from productops.work import Task, work
from tooling.choices import GOES_LIVE_SOON, RENEWAL_WINDOW
from tooling.models import Contract, RolloutWave


def _to_renew(person, on: date):
    contracts = Contract.objects.visible_to(person).kept_by(person).running_on(on)
    return contracts.undecided().ending_within(on, on + RENEWAL_WINDOW)


@work("renewals", count=lambda person, on: _to_renew(person, on).count())
def renewals(person, on: date):
    for contract in _to_renew(person, on).select_related("tool"):
        notice_is_open = contract.notice_on >= on
        yield Task(
            "renew",
            _("Decide whether “%s” is renewed") % contract.name,
            _("Decide"),
            contract.get_absolute_url(),
            contract.notice_on if notice_is_open else contract.until_on,
            _("Notice until this day") if notice_is_open else _("Notice is over, ends this day"),
        )


def _going_live(person, on: date):
    return RolloutWave.objects.going_live_by(on + GOES_LIVE_SOON).filter(rollout__owner=person)


@work("rollouts", count=lambda person, on: _going_live(person, on).count())
def rollouts(person, on: date):
    for wave in _going_live(person, on).select_related("rollout", "team"):
        yield Task(
            "roll out",
            _("%(rollout)s: %(team)s goes live")
            % {"rollout": wave.rollout.title, "team": wave.team.name},
            _("Open"),
            wave.rollout.get_absolute_url(),
            wave.go_live_on,
        )
