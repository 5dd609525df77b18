"""What a person says on a chart: notes, points left out, new limits, limits held."""

from datetime import timedelta

import pytest
from django.urls import reverse

from metrics.models import Exclusion, Note, Segment
from productops import clock
from teams.models import Subject
from tests.factories.metrics import settle, weekly_series, weeks_before

STEADY = [10, 11, 9, 10, 12, 10, 9, 11, 10, 11, 9, 10, 11, 10, 9, 10]


@pytest.fixture
def series(checkout):
    return weekly_series(STEADY, clock.today(), subject=checkout.subject)


@pytest.fixture
def note(series, mia):
    return Note.objects.create(
        subject=series.subject, series=series, on=clock.today(), text="Freeze", by=mia
    )


def at(verb: str, *args) -> str:
    return reverse(f"metrics:{verb}", args=args)


@pytest.mark.parametrize(
    ("where", "who", "subject", "is_alone"),
    [
        ("series", "mia", "product:checkout", True),
        ("subject", "mia", "product:checkout", False),
        ("organisation", "ines", "organisation:organisation", False),
    ],
)
def test_a_note_is_drawn_where_it_was_meant(as_, series, where, who, subject, is_alone, request):
    person = request.getfixturevalue(who)

    as_(person).post(
        at("note-new", series.pk),
        {"on": clock.today().isoformat(), "text": "Launch", "where": where},
    )

    written = Note.objects.get()
    assert written.subject.reference == subject
    assert (written.series == series) is is_alone
    assert written in Note.objects.on_chart_of(series)


def test_a_pm_writes_nothing_on_the_charts_of_everybody(as_, mia, series):
    sent = {"on": clock.today().isoformat(), "text": "x", "where": "organisation"}

    response = as_(mia).post(at("note-new", series.pk), sent)

    assert response.status_code == 422
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("on", "2999-01-01"),
        ("on", "yesterday"),
        ("text", ""),
        ("text", "x" * 301),
        ("text", "a\x0bb"),
        ("where", "there"),
    ],
)
def test_a_note_that_cannot_be_is_refused_by_its_field(as_, ines, series, field, value):
    sent = {"on": clock.today().isoformat(), "text": "x", "where": "series"} | {field: value}

    response = as_(ines).post(at("note-new", series.pk), sent)

    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_notes_of_another_series_are_not_drawn(as_, series, note, checkout):
    other = weekly_series(STEADY, clock.today(), subject=checkout.subject)

    assert list(Note.objects.on_chart_of(other)) == []
    assert list(Note.objects.on_chart_of(series)) == [note]


def test_a_note_is_changed_and_taken_away(as_, mia, note):
    client = as_(mia)

    client.post(at("note-edit", note.pk), {"on": note.on.isoformat(), "text": "Thaw", "version": 1})
    note.refresh_from_db()
    assert (note.text, note.version) == ("Thaw", 2)

    client.post(at("note-delete", note.pk))
    assert not Note.objects.exists()


def test_a_stale_change_of_a_note_shows_both(as_, mia, note):
    Note.objects.update(version=2, text="Theirs")

    response = as_(mia).post(
        at("note-edit", note.pk), {"on": note.on.isoformat(), "text": "Mine", "version": 1}
    )

    assert response.status_code == 409
    assert "Theirs" in response.content.decode()
    assert "Mine" in response.content.decode()


@pytest.mark.parametrize(("who", "status"), [("astrid", 403), ("jonas", 404), ("rui", 404)])
def test_others_say_nothing_on_a_chart(as_, series, note, who, status, request):
    client = as_(request.getfixturevalue(who))

    statuses = {
        client.post(address).status_code
        for address in (
            at("note-new", series.pk),
            at("note-edit", note.pk),
            at("note-delete", note.pk),
            at("point-exclude", series.pk),
            at("point-include", series.pk, 1),
            at("limits-split", series.pk),
            at("limits-join", series.pk, 1),
            at("limits-lock", series.pk),
            at("limits-release", series.pk),
        )
    }

    assert statuses == {status}
    assert Note.objects.get().text == "Freeze"


def test_a_note_of_the_organisation_is_not_a_pms_to_change(as_, mia, series):
    shared = Note.objects.create(subject=Subject.organisation(), on=clock.today(), text="x")

    assert as_(mia).post(at("note-edit", shared.pk)).status_code == 403


def test_a_point_is_left_out_with_its_reason_and_counted_again(as_, mia, series):
    client = as_(mia)
    period = weeks_before(5, clock.today())[0]

    client.post(at("point-exclude", series.pk), {"on": str(period), "reason": "Outage"})
    exclusion = Exclusion.objects.get()
    assert (exclusion.period, exclusion.reason, exclusion.by) == (period, "Outage", mia)

    client.post(at("point-include", series.pk, exclusion.pk))
    assert not Exclusion.objects.exists()


def test_any_day_stands_for_its_whole_period(as_, mia, series):
    period = weeks_before(5, clock.today())[0]
    wednesday = period + timedelta(days=2)

    as_(mia).post(at("point-exclude", series.pk), {"on": str(wednesday), "reason": "Outage"})

    assert Exclusion.objects.get().period == period


@pytest.mark.parametrize(
    ("on", "reason", "field"),
    [
        ("1999-01-04", "Outage", "on"),
        ("never", "Outage", "on"),
        ("", "Outage", "on"),
        ("TODAY", "", "reason"),
    ],
)
def test_a_point_that_is_not_there_cannot_be_left_out(as_, mia, series, on, reason, field):
    sent = {"on": on.replace("TODAY", str(clock.today())), "reason": reason}

    response = as_(mia).post(at("point-exclude", series.pk), sent)

    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_limits_are_split_with_their_cause_and_joined_again(as_, mia, series):
    client = as_(mia)
    period = weeks_before(6, clock.today())[0]

    client.post(at("limits-split", series.pk), {"on": str(period), "cause": "New team"})
    segment = Segment.objects.get(series=series, from_period=period)
    assert (segment.cause, segment.by) == ("New team", mia)

    client.post(at("limits-join", series.pk, segment.pk))
    assert not Segment.objects.filter(pk=segment.pk).exists()


def test_limits_are_not_split_without_a_cause(as_, mia, series):
    period = weeks_before(6, clock.today())[0]

    response = as_(mia).post(at("limits-split", series.pk), {"on": str(period), "cause": ""})

    assert response.status_code == 422
    assert Segment.objects.filter(series=series).count() == 1


def test_limits_are_held_from_twelve_points_on_and_let_go(as_, mia, series):
    client = as_(mia)

    client.post(at("limits-lock", series.pk))
    assert Segment.objects.get(series=series).locked_by == mia

    client.post(at("limits-release", series.pk))
    assert Segment.objects.get(series=series).is_held is False


def test_limits_of_few_points_are_not_held_and_the_page_says_why(as_, mia, checkout):
    young = weekly_series(STEADY[:8], clock.today(), subject=checkout.subject)

    response = as_(mia).post(at("limits-lock", young.pk), follow=True)

    assert Segment.objects.get(series=young).is_held is False
    assert "from 12 points on" in response.content.decode()


def test_what_was_said_stands_on_the_chart(as_, mia, series, note):
    client = as_(mia)
    period = weeks_before(6, clock.today())[0]
    client.post(at("point-exclude", series.pk), {"on": str(period), "reason": "Outage"})
    settle(clock.today())

    text = client.get(series.get_absolute_url()).content.decode()

    for words in ("Freeze", "Outage", "Left out of the limits", "Count it again"):
        assert words in text
