"""Channels of chat programs: their address is a secret that is kept locked and never shown."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.models import Channel
from productops import changelog, outbox
from productops.changelog import HIDDEN
from productops.chat import validate
from productops.forms import take_version
from teams.models import Person


def check_address(address: str) -> None:
    """Raises ValidationError with a sentence that holds nothing of the address."""
    if sentence := validate(address):
        raise ValidationError({"address": sentence})


@transaction.atomic
def make_channel(*, name: str, address: str, owner: Person, by: Person) -> Channel:
    check_address(address)
    channel = Channel(name=name, owner=owner)
    channel.address = address
    channel.save()
    after = {"name": name, "owner": owner, "address": HIDDEN}
    changelog.record(by=by, row=channel, verb="made", after=after)
    return channel


@transaction.atomic
def change_channel(
    *,
    channel: Channel,
    by: Person,
    before: dict[str, Any],
    after: dict[str, Any],
    address: str = "",
) -> Channel:
    """Save what a form changed; without an ``address`` the one that is kept stays."""
    take_version(channel)
    if address:
        check_address(address)
        channel.address = address
    channel.save()
    hidden = {"address": HIDDEN} if address else {}
    changelog.record(by=by, row=channel, verb="changed", before=before, after=after | hidden)
    return channel


@transaction.atomic
def remove_channel(*, channel: Channel, by: Person) -> None:
    """Remove it; what it subscribed to ends with it."""
    changelog.record(by=by, row=channel, verb="removed", before={"name": channel.name})
    channel.delete()


@transaction.atomic
def try_channel(*, channel: Channel, by: Person) -> None:
    """Send a message that says that it arrives; whether it did shows in the channel itself."""
    now = timezone.now()
    outbox.post_chat(
        address_locked=channel.locked_address,
        title=_("ProductOps can write here"),
        text=_("%(who)s has tried the channel “%(name)s”.") % {"who": by, "name": channel.name},
        once=f"channel-test-{channel.pk}-{now.isoformat()}",
    )
    Channel.objects.filter(pk=channel.pk).update(tested_at=now)
    changelog.record(by=by, row=channel, verb="tried")
