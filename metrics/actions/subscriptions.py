"""Who hears of what: asked for, confirmed, changed, paused, ended by a link."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.models import Subscription
from productops import changelog, clock, links, outbox
from productops.forms import take_version
from productops.models import Link
from teams.models import Person

READERS = ("person", "address", "channel")
TOLD = (*READERS, "dashboard", "series", "alerts", "is_weekly", "weekday", "hour")


@transaction.atomic
def subscribe(*, by: Person, **asked: Any) -> Subscription:
    """Let a person, an address or a channel hear of a dashboard, a series, or all that one owns.

    Whoever does not run product operations asks for themself only. An address gets a mail by
    which it must say yes; until then it hears nothing. Raises ValidationError naming the field.
    """
    subscription = Subscription(by=by, **asked)
    if subscription.person != by and not by.changes_all:
        raise PermissionDenied(_("You can subscribe yourself."))
    check(subscription)
    now = timezone.now()
    subscription.confirmed_at = None if subscription.address else now
    subscription.next_at = subscription.slot_after(now)
    subscription.save()
    if not subscription.channel_id:
        subscription.link = links.make(
            Link.Purpose.MAILS, person=subscription.person, target=subscription.pk
        )
        subscription.save(update_fields=["link"])
    told = {name: getattr(subscription, name) for name in TOLD}
    changelog.record(by=by, row=subscription, verb="subscribed", after=told)
    if subscription.address:
        ask_to_confirm(subscription=subscription)
    return subscription


def check(subscription: Subscription) -> None:
    """What the columns alone do not say. Raises ValidationError naming the field."""
    wrong: dict[str, str] = {}
    if known := has_account(subscription.address):
        wrong["address"] = _("%(person)s has an account; choose the person.") % {"person": known}
    if others_like(subscription).exists():
        wrong["dashboard"] = _("There is such a subscription already; change that one.")
    if not (subscription.is_weekly or subscription.alerts != "never"):
        wrong["alerts"] = _("Choose at least one: signals, or the weekly digest.")
    if subscription.channel_id and subscription.alerts == "daily":
        wrong["alerts"] = _("A channel hears of signals at once or not at all.")
    if wrong:
        raise ValidationError(wrong)


def has_account(address: str) -> Person | None:
    people = Person.objects.active().exclude(role="")
    return people.filter(email=address.lower()).first() if address else None


def others_like(subscription: Subscription):
    """Subscriptions of the same reader about the same thing."""
    same = {
        f"{name}_id": getattr(subscription, f"{name}_id")
        for name in ("person", "channel", "dashboard", "series")
    }
    others = Subscription.objects.filter(**same, address__iexact=subscription.address)
    return others.exclude(pk=subscription.pk)


@transaction.atomic
def change(
    *, subscription: Subscription, by: Person, before: dict[str, Any], after: dict[str, Any]
) -> Subscription:
    """Save what a form has changed; the next digest comes at the new hour."""
    check(subscription)
    take_version(subscription)
    now = timezone.now()
    if not before.get("is_weekly", True):
        subscription.weekly_until = now
    subscription.next_at = subscription.slot_after(now)
    subscription.save()
    changelog.record(by=by, row=subscription, verb="changed", before=before, after=after)
    return subscription


@transaction.atomic
def pause(*, subscription: Subscription, by: Person) -> None:
    if subscription.paused_at is None:
        subscription.paused_at = timezone.now()
        subscription.save(update_fields=["paused_at"])
        changelog.record(by=by, row=subscription, verb="paused")


@transaction.atomic
def resume(*, subscription: Subscription, by: Person) -> None:
    """Go on, from now: nothing that was missed is told. One whom the reader ended by their own
    link waits for their yes again."""
    if subscription.paused_at is None:
        return
    go_on(subscription)
    changelog.record(by=by, row=subscription, verb="resumed")
    if subscription.confirmed_at is None:
        ask_to_confirm(subscription=subscription)


@transaction.atomic
def remove(*, subscription: Subscription, by: Person) -> None:
    changelog.record(by=by, row=subscription, verb="ended")
    if subscription.link:
        subscription.link.revoke()
    subscription.delete()


# By the link in each mail --------------------------------------------------------------------
@transaction.atomic
def stop(*, subscription: Subscription) -> None:
    """The reader wants no more: one mail may tell of several subscriptions, so all of theirs
    end. An address must say yes anew to each."""
    for one in Subscription.objects.of_reader(subscription).filter(paused_at=None):
        one.paused_at = timezone.now()
        one.confirmed_at = None if one.address else one.confirmed_at
        one.save(update_fields=["paused_at", "confirmed_at"])
        changelog.record(by=one.person, row=one, verb="stopped by link")


@transaction.atomic
def confirm(*, subscription: Subscription) -> None:
    """The reader wants these mails."""
    if subscription.confirmed_at is None or subscription.paused_at is not None:
        subscription.confirmed_at = subscription.confirmed_at or timezone.now()
        go_on(subscription)
        changelog.record(by=subscription.person, row=subscription, verb="confirmed by link")


def go_on(subscription: Subscription) -> None:
    now = timezone.now()
    subscription.paused_at, subscription.told_until, subscription.weekly_until = None, now, now
    subscription.next_at, subscription.last_error = subscription.slot_after(now), ""
    subscription.save(
        update_fields=[
            "paused_at", "confirmed_at", "told_until", "weekly_until", "next_at", "last_error",
        ]
    )  # fmt: skip


@transaction.atomic
def ask_to_confirm(*, subscription: Subscription) -> None:
    """Mail an address whether it wants this, at most once a day however often asked."""
    about = {"who": subscription.by, "what": subscription.about}
    outbox.post_mail(
        to=subscription.address,
        subject=_("Do you want mails about %(what)s?") % about,
        template="mail/message",
        context={
            "paragraphs": [
                _("%(who)s would like you to get mails about “%(what)s”.") % about,
                _("You get none unless you say yes on the page behind this button."),
            ],
            "button": _("Look at it"),
            "why": _("If you do not know what this is about, do nothing: no other mail follows."),
        },
        once=f"subscription-{subscription.pk}-{clock.today()}",
        link=subscription.link,
    )
