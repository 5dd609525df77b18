"""Processes in and out, what the app measures, and the API."""

import io
from datetime import timedelta

import pytest

from processes import measures
from processes.exchange import give_processes, take_processes
from processes.models import Process
from processes.template_file import Unreadable, read_processes
from productops import clock
from productops.exchange import Refused
from teams.models import Subject
from tests.factories.processes import AcknowledgementFactory, AdoptionFactory, PublishedFactory

pytestmark = pytest.mark.django_db

INTAKE = """
slug: intake
title: Intake and triage
family: prioritisation
steps:
  - title: Take the request in
    role: Business analyst
    time_box_minutes: 10
"""


def take(text, by):
    return take_processes(io.BytesIO(text.encode()), "intake.yaml", by, {})


def test_a_process_comes_in_as_a_draft_and_again_changes_nothing(ines):
    first = take(INTAKE, ines)
    second = take(INTAKE, ines)

    assert (first.created, second.unchanged) == (1, 1)
    assert Process.objects.get().revisions.get().steps.get().time_box_minutes == 10


def test_a_changed_file_begins_a_draft_and_leaves_what_is_published(ines):
    published = PublishedFactory(process__slug="intake", process__owner=ines)

    report = take(INTAKE, ines)

    process = Process.objects.get()
    assert report.updated == 1
    assert process.published == published
    assert process.revisions.open().get().number == 2


def test_what_goes_out_comes_back_unchanged(ines):
    take(INTAKE, ines)

    text = "".join(give_processes(ines, {}))

    assert take(text, ines).unchanged == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("title: [", ""),
        ("[]", "processes[0]"),
        ("title: X", "processes[0].family"),
        ("title: X\nfamily: cooking", "processes[0]"),
        ("title: X\nfamily: planning\nreview_months: 900", "processes[0].review_months"),
        ("title: X\nfamily: planning\nsteps: [{role: A}]", "processes[0].steps[0].title"),
        ('title: "a\\0b"\nfamily: planning', "processes[0].title"),
        ("title: X\nfamily: planning\nsteps: 7", "processes[0]"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(text, place):
    with pytest.raises(Unreadable) as refusal:
        read_processes(text)

    assert refusal.value.place == place


def test_a_refused_file_writes_nothing(ines):
    pack = f"processes:\n  - {{title: Good, family: planning}}\n  - {{title: Bad}}\n{'#' * 5}"

    with pytest.raises(Refused) as refusal:
        take(pack, ines)

    assert not Process.objects.exists()
    assert refusal.value.report.refused[0].column == "processes[1].family"


def test_adoption_counts_published_processes_and_leaves_exemptions_out(checkout, billing):
    published = PublishedFactory()
    today = clock.today()
    AdoptionFactory(process=published.process, subject=checkout.subject)
    AdoptionFactory(
        process=published.process,
        subject=billing.subject,
        state="exempt",
        reason="Sold",
        until_on=today + timedelta(days=30),
    )

    assert measures.adoption_of_products(today) == {checkout.subject_id: (1.0, 1.0)}
    assert measures.adoption_of_all(today) == {Subject.organisation().pk: (1.0, 1.0)}


def test_adoption_is_known_for_the_past(checkout):
    published = PublishedFactory()
    today = clock.today()
    AdoptionFactory(process=published.process, subject=checkout.subject, on=today)

    yesterday = measures.adoption_of_products(today - timedelta(days=1))

    assert yesterday == {checkout.subject_id: (0.0, 1.0)}


def test_acknowledged_is_the_share_of_those_asked():
    revision = PublishedFactory()
    AcknowledgementFactory(revision=revision).acknowledge()
    AcknowledgementFactory(revision=revision)

    assert measures.acknowledged(clock.today()) == {Subject.organisation().pk: (1.0, 2.0)}


def test_a_program_writes_submits_and_publishes(ines, olga, api):
    writer, reviewer = api(ines), api(olga)
    kind = "application/json"
    made = writer.post(
        "/api/v1/processes/", {"title": "Intake", "family": "planning"}, content_type=kind
    ).json()
    revision = writer.get(f"/api/v1/revisions/?process={made['id']}").json()["results"][0]
    path = f"/api/v1/revisions/{revision['id']}/"
    writer.patch(path, {"steps": [{"title": "Ask why"}]}, content_type=kind)
    writer.post(f"{path}submit/", {}, content_type=kind)

    own = writer.post(f"{path}publish/", {}, content_type=kind)
    done = reviewer.post(f"{path}publish/", {}, content_type=kind)

    assert own.status_code == 409
    assert (done.status_code, done.json()["state"]) == (200, "published")


@pytest.mark.parametrize(("who", "status"), [("astrid", 403), ("rui", 403), ("mia", 201)])
def test_who_may_begin_a_process_by_api(who, status, api, request):
    client = api(request.getfixturevalue(who))

    response = client.post(
        "/api/v1/processes/",
        {"title": "Mine", "family": "planning"},
        content_type="application/json",
    )

    assert response.status_code == status
