from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from productops import links
from productops.models import Link

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(rui):
    return links.make(Link.Purpose.ANSWER, person=rui, target=17)


def test_a_link_opens_for_as_long_as_it_lasts(link, rui):
    token = links.token_of(link)

    for _visit in range(3):
        assert links.opened("a", token) == link
    assert links.url_of(link) == f"http://testserver/a/{token}/"
    assert (links.opened("a", token).person, link.target) == (rui, "17")


def test_the_token_stands_nowhere_in_the_row(link):
    secret = links.token_of(link)[-links.MAC_LENGTH :]
    row = Link.objects.values().get(pk=link.pk)

    assert secret not in str(row)
    assert len(secret) == 27


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: "0" + token,
        lambda token: token[1:],
        lambda token: token + "A",
        lambda token: "z" * 11 + token[-27:],
        lambda token: "",
        lambda token: "../" + token,
        lambda token: "é" * 40,
        lambda token: "\x00" * 40,
        lambda token: "9" * 5000,
        str.swapcase,
    ],
)
def test_a_guessed_or_mistyped_token_is_unknown(link, spoil):
    with pytest.raises(links.LinkUnknown) as refusal:
        links.opened("a", spoil(links.token_of(link)))

    assert isinstance(refusal.value, Http404)


def test_a_token_serves_its_purpose_alone(link):
    with pytest.raises(links.LinkUnknown):
        links.opened("k", links.token_of(link))


def test_a_token_does_not_open_another_link(link, rui):
    other = links.make(Link.Purpose.ANSWER, person=rui)
    mixed = links.token_of(other)[: -links.MAC_LENGTH] + links.token_of(link)[-links.MAC_LENGTH :]

    with pytest.raises(links.LinkUnknown):
        links.opened("a", mixed)


def test_a_revoked_link_is_over_at_once_and_says_whose_it_was(link, rui):
    link.revoke()

    with pytest.raises(links.LinkOver) as refusal:
        links.opened("a", links.token_of(link))
    assert refusal.value.link.person == rui


def test_a_link_is_over_when_its_time_has_come(rui):
    end = timezone.now() + timedelta(hours=1)
    link = links.make(Link.Purpose.SHARE, expires_at=end)
    token = links.token_of(link)

    assert links.opened("share", token, now=end - timedelta(seconds=1)) == link
    with pytest.raises(links.LinkOver):
        links.opened("share", token, now=end)


def test_all_links_of_a_kind_can_be_revoked_together(link, rui):
    other = links.make(Link.Purpose.ANSWER, person=rui)

    revoked = Link.objects.filter(person=rui).revoke()

    assert revoked == 2
    for ended in (link, other):
        with pytest.raises(links.LinkOver):
            links.opened("a", links.token_of(ended))


def test_another_secret_key_opens_nothing(link, settings):
    token = links.token_of(link)
    settings.SECRET_KEY = "another-" * 8

    with pytest.raises(links.LinkUnknown):
        links.opened("a", token)
