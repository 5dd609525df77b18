"""What people say to each other about a point: on its page, over the API, by mail."""

import json
from datetime import date

import pytest
from django.db.utils import IntegrityError
from django.urls import reverse

from metrics.actions import comments
from metrics.actions.charts import CannotSay
from metrics.models import Comment, ObservationRevision
from objectives.models import Action
from productops import outbox
from productops.models import OutboxMessage
from teams.models import Person, Subject
from tests.factories.metrics import CommentFactory, NoteFactory, observe, settle, weekly_series
from tests.factories.objectives import TargetFactory
from tests.factories.teams import PersonFactory, PersonProductFactory, TeamFactory

POINT = date(2026, 6, 22)  # the newest closed week of the factories


@pytest.fixture
def series(checkout):
    return weekly_series(
        [10, 11, 9, 10, 12, 11, 10, 9], subject=checkout.subject, kpi__name="Lead time"
    )


@pytest.fixture
def thread(series, mia):
    return comments.say(series=series, period=POINT, text="Two teams were away.", by=mia)


def page(series, period=POINT):
    return reverse("metrics:point-detail", args=[series.pk, period.isoformat()])


def url(name, comment):
    return reverse(f"metrics:comment-{name}", args=[comment.pk])


def mails():
    return sorted(OutboxMessage.objects.values_list("destination", flat=True))


# Saying -------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["mia", "ines", "astrid", "olga"])
def test_whoever_sees_a_series_may_say_something_about_a_point(as_, series, who, request):
    person = request.getfixturevalue(who)

    response = as_(person).post(page(series), {"text": "Holidays."})

    said = Comment.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"{page(series)}#comment-{said.pk}"
    assert (said.author, said.period, said.text) == (person, POINT, "Holidays.")


@pytest.mark.parametrize("who", ["jonas", "rui"])
def test_a_stranger_finds_no_point_and_says_nothing(as_, series, thread, who, request):
    client = as_(request.getfixturevalue(who))

    answers = [
        client.get(page(series)),
        client.post(page(series), {"text": "Hello"}),
        *(client.post(url(verb, thread), {"text": "x"}) for verb in ("answer", "resolve", "edit")),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 5_001])
def test_what_is_no_comment_is_refused_and_kept_in_the_form(as_, mia, series, text):
    response = as_(mia).post(page(series), {"text": text})

    assert response.status_code == 422
    assert response.context["form"]["text"].value() == text
    assert not Comment.objects.exists()


@pytest.mark.parametrize("period", [date(2026, 6, 24), date(2019, 1, 7)])
def test_there_is_no_page_where_there_is_no_point(as_, mia, series, period):
    assert as_(mia).get(page(series, period)).status_code == 404


def test_nothing_is_said_about_a_period_without_a_value(series, mia):
    with pytest.raises(CannotSay):
        comments.say(series=series, period=date(2026, 6, 24), text="Hm", by=mia)


def test_a_point_that_lost_its_number_is_there_while_somebody_talks_about_it(as_, mia, series):
    lost = CommentFactory(series=series, period=date(2026, 6, 29), author=mia)

    assert as_(mia).get(page(series, lost.period)).status_code == 200


def test_text_is_markdown_and_harms_nobody(as_, mia, series):
    comments.say(series=series, period=POINT, text="**Bold** <script>x()</script>", by=mia)

    shown = as_(mia).get(page(series)).content.decode()

    assert "<strong>Bold</strong>" in shown
    assert "<script>x()" not in shown


# Answering ----------------------------------------------------------------------------------
def test_an_answer_stands_in_the_thread_even_when_it_answers_an_answer(as_, mia, astrid, thread):
    first = comments.answer(comment=thread, text="How many?", by=astrid)

    as_(mia).post(url("answer", first), {"text": "Two."})

    answers = Comment.objects.filter(parent=thread).order_by("pk")
    assert [each.text for each in answers] == ["How many?", "Two."]
    assert {each.period for each in answers} == {POINT}


def test_an_answer_without_words_comes_back_beside_its_thread(as_, mia, thread):
    response = as_(mia).post(url("answer", thread), {"text": " "})

    assert response.status_code == 422
    assert response.context["threads"][0]["form"].errors == {
        "text": ["This field is required."],
    }


def test_htmx_gets_the_talk_alone(as_, mia, series, thread):
    client = as_(mia)
    fragment = {"HX-Request": "true"}

    answered = client.post(url("answer", thread), {"text": "Two."}, headers=fragment)
    refused = client.post(url("answer", thread), {"text": ""}, headers=fragment)
    resolved = client.post(url("resolve", thread), headers=fragment)

    assert [each.status_code for each in (answered, refused, resolved)] == [200, 422, 200]
    for response in (answered, refused, resolved):
        assert response.content.decode().lstrip().startswith('<section class="card" id="talk"')
    assert "Resolved by Mia Brandt" in resolved.content.decode()


# Resolving and editing ----------------------------------------------------------------------
def test_a_thread_is_resolved_once_and_taken_up_by_an_answer(as_, mia, astrid, thread):
    as_(astrid).post(url("resolve", thread))
    as_(mia).post(url("resolve", thread))
    thread.refresh_from_db()
    resolved_by = thread.resolved_by

    comments.answer(comment=thread, text="Not quite.", by=mia)

    thread.refresh_from_db()
    assert resolved_by == astrid
    assert not thread.is_resolved


def test_reopening_takes_a_thread_up_again(as_, mia, thread):
    comments.resolve(comment=thread, by=mia)

    as_(mia).post(url("reopen", thread))

    thread.refresh_from_db()
    assert (thread.resolved_at, thread.resolved_by) == (None, None)


def test_an_answer_is_never_resolved_by_itself(thread, mia):
    answer = comments.answer(comment=thread, text="Two.", by=mia)
    answer.resolved_at, answer.resolved_by = thread.created_at, mia

    with pytest.raises(IntegrityError, match="comment_resolved_as_a_thread"):
        answer.save()


def test_the_author_corrects_and_what_was_said_is_kept(as_, mia, thread):
    sent = {"text": "Three teams were away.", "version": thread.version}

    as_(mia).post(url("edit", thread), sent)
    stale = as_(mia).post(url("edit", thread), sent | {"text": "Four"})

    thread.refresh_from_db()
    assert thread.text == "Three teams were away."
    assert thread.edited_at is not None
    assert [each.text for each in thread.revisions.all()] == ["Two teams were away."]
    assert stale.status_code == 409


@pytest.mark.parametrize("who", ["ines", "astrid"])
def test_nobody_else_edits_a_comment(as_, thread, who, request):
    response = as_(request.getfixturevalue(who)).post(
        url("edit", thread), {"text": "No", "version": thread.version}
    )

    thread.refresh_from_db()
    assert response.status_code == 403
    assert thread.text == "Two teams were away."


# Mentions -----------------------------------------------------------------------------------
def test_people_who_are_named_get_one_mail_each_and_no_stranger_does(
    series, mia, ines, jonas, rui, astrid
):
    text = "@ines keller, @Mia Brandt: ask @Jonas Falk or @Rui Costa? Not @Nobody."

    said = comments.say(series=series, period=POINT, text=text, by=mia, to=[ines, astrid, jonas])
    comments.edit(comment=said, text=text + " Thanks!", to=[ines])

    assert mails() == ["astrid@halden.example", "ines@halden.example"]
    assert set(said.people.all()) == {ines, mia, astrid}


def test_of_two_names_that_fit_the_longer_one_is_meant(db):
    short, long = PersonFactory.build(name="Ines"), PersonFactory.build(name="Ines Keller")
    short.pk, long.pk = 1, 2

    assert comments.named_in("@Ines Keller and @ines, not @Inesa", [short, long]) == [long, short]


def test_all_who_bear_the_name_are_meant_and_no_text_names_a_crowd(db):
    twins = [PersonFactory.build(pk=pk, name="Ines Keller") for pk in (1, 2)]
    last = PersonFactory.build(pk=3, name="Last")

    assert comments.named_in("@Ines Keller", twins) == twins
    assert comments.named_in("@x " * comments.MOST_MENTIONED + "@Last", [last]) == []


def test_the_mail_leads_to_the_comment(series, mia, ines, settings, mailoutbox):
    said = comments.say(series=series, period=POINT, text="@Ines Keller look", by=mia)

    outbox.work_slice(5)

    [mail] = mailoutbox
    assert mail.subject == "Mia Brandt asks you about Lead time · Checkout"
    assert f"{settings.BASE_URL}{said.get_absolute_url()}" in mail.body


def test_a_person_is_asked_by_the_list_which_names_only_those_who_see_the_series(
    as_, series, mia, ines, jonas
):
    form = as_(mia).get(page(series)).context["form"]
    offered = {key for key, _name in form.fields["to"].choices}

    as_(mia).post(page(series), {"text": "Look", "to": str(ines.pk)})
    refused = as_(mia).post(page(series), {"text": "Look", "to": str(jonas.pk)})

    assert str(ines.pk) in offered
    assert str(jonas.pk) not in offered
    assert mails() == ["ines@halden.example"]
    assert refused.status_code == 422


def test_who_sees_a_subject_is_the_same_asked_either_way(
    checkout, billing, checkout_team, mia, jonas, ines, astrid, olga, rui
):
    PersonFactory(role="pm", name="Without a product")
    both = PersonFactory(role="pm")
    for product in (checkout, billing):
        PersonProductFactory(person=both, product=product)
    TeamFactory()
    Subject.objects.create(kind="tool", key="jira", name="Jira")
    Subject.organisation()

    for subject in Subject.objects.all():
        asked = set(Person.objects.seeing(subject))
        seen = {
            person
            for person in Person.objects.all()
            if Subject.objects.visible_to(person).filter(pk=subject.pk).exists()
        }
        assert asked == seen, subject.reference


# Follow-ups ---------------------------------------------------------------------------------
def test_a_comment_becomes_a_follow_up_once(as_, mia, ines, thread):
    sent = {"title": "Ask both teams", "owner": ines.pk, "due_on": "2026-07-10"}

    begun = as_(mia).get(url("follow-up", thread))
    as_(mia).post(url("follow-up", thread), sent)
    again = as_(mia).post(url("follow-up", thread), sent)

    action = Action.objects.get()
    thread.refresh_from_db()
    assert begun.context["form"].initial["title"] == "Two teams were away."
    assert (action.series, action.owner, thread.action) == (thread.series, ines, action)
    assert again["Location"] == action.get_absolute_url()
    assert f"FU-{action.pk}" in as_(mia).get(page(thread.series)).content.decode()


def test_executives_speak_but_ask_for_no_follow_up(as_, astrid, thread):
    response = as_(astrid).get(url("follow-up", thread))

    assert response.status_code == 403
    assert url("follow-up", thread) not in as_(astrid).get(page(thread.series)).content.decode()


# The page of a point ------------------------------------------------------------------------
def test_the_page_says_what_stands_behind_the_value(as_, mia, series):
    TargetFactory(series=series, low=None, high=9.5)

    context = as_(mia).get(page(series)).context

    facts = dict(context["facts"])
    assert (facts["Value"], facts["Target then"], facts["Numbers behind it"]) == ("9", "≤ 9.5", "1")
    assert [source.value for source in context["sources"]] == ["9"]
    assert context["before"]["url"] == page(series, date(2026, 6, 15))
    assert context["after"] is None


def test_a_correction_and_what_was_taken_back_stand_beside_the_numbers(as_, mia, series):
    row = series.observations.get(on=POINT)
    for external_id, value in (("", 7.0), ("gone", 8.0)):
        ObservationRevision.objects.create(
            series=series, on=POINT, at=row.at, external_id=external_id, value=value,
            replaced_at=row.at, by=mia,
        )  # fmt: skip

    stands, gone = as_(mia).get(page(series)).context["sources"]

    assert ([each.said for each in stands.former], stands.is_gone) == (["7"], False)
    assert ([each.said for each in gone.former], gone.is_gone) == (["8"], True)


def test_of_many_numbers_the_newest_fifty_are_shown(as_, mia, series):
    for number in range(60):
        observe(series, [(POINT, number)], external_id=f"{number:03}")
    settle()

    context = as_(mia).get(page(series)).context

    assert (len(context["sources"]), context["more"]) == (50, 11)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_threads_notes_and_corrections(
    as_, mia, ines, series, count, django_assert_num_queries
):
    for number in range(count):
        said = comments.say(series=series, period=POINT, text=f"{number}", by=ines, to=[mia])
        comments.answer(comment=said, text="Yes", by=mia)
        comments.follow_up_on(comment=said, title="Do", owner=mia, by=ines)
        NoteFactory(subject=series.subject, on=POINT, text=f"Note {number}")
    client = as_(mia)

    with django_assert_num_queries(QUERIES):
        response = client.get(page(series))

    assert len(response.context["threads"]) == count
    assert len(response.context["notes"]) == count


QUERIES = 20


# Over the API -------------------------------------------------------------------------------
def post(client, path, body):
    return client.post(f"/api/v1/{path}/", json.dumps(body), "application/json")


def test_programs_say_answer_resolve_and_follow_up(api, mia, ines, series):
    client = api(mia)
    body = {"series": series.pk, "period": "2026-06-22", "text": "Why?", "to": [ines.email]}

    said = post(client, "comments", body)
    answered = post(client, "comments", {"parent": said.json()["id"], "text": "Holidays."})
    resolved = post(client, f"comments/{said.json()['id']}/resolve", {})
    asked = post(client, f"comments/{said.json()['id']}/follow-up", {"title": "Ask"})
    again = post(client, f"comments/{said.json()['id']}/follow-up", {"title": "Ask"})

    assert [r.status_code for r in (said, answered, resolved, asked, again)] == [
        201, 201, 200, 200, 409,
    ]  # fmt: skip
    assert said.json()["mentions"] == [ines.email]
    assert answered.json()["parent"] == said.json()["id"]
    assert resolved.json()["resolved_by"] == mia.email
    assert asked.json()["follow_up"] == f"FU-{Action.objects.get().pk}"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"period": None}, "period"),
        ({"period": "2026-06-24"}, "period"),
        ({"period": "soon"}, "period"),
        ({"series": 10**9}, "series"),
        ({"text": ""}, "text"),
        ({"to": ["nobody@halden.example"]}, "to.0"),
        ({"author": "ines@halden.example"}, "author"),
        ({"parent": 10**9}, "parent"),
    ],
)
def test_what_programs_get_wrong_is_named(api, mia, series, change, field):
    body = {"series": series.pk, "period": "2026-06-22", "text": "Why?"} | change

    response = post(api(mia), "comments", body)

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field
    assert not Comment.objects.exists()


def test_over_the_api_only_the_author_edits_and_all_may_resolve(api, mia, astrid, jonas, thread):
    address = f"/api/v1/comments/{thread.pk}/"

    def patched(person, body):
        return api(person).patch(address, json.dumps(body), "application/json").status_code

    assert patched(astrid, {"text": "No"}) == 403
    assert patched(jonas, {"text": "No"}) == 404
    assert patched(mia, {"text": "Yes", "version": 1}) == 200
    assert patched(mia, {"period": "2026-06-15"}) == 400
    assert post(api(astrid), f"comments/{thread.pk}/resolve", {}).status_code == 200
    assert post(api(astrid), f"comments/{thread.pk}/follow-up", {"title": "x"}).status_code == 403
    assert post(api(jonas), f"comments/{thread.pk}/resolve", {}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_over_the_api_costs_the_same_for_any_number(
    api, mia, ines, series, count, django_assert_num_queries
):
    for _number in range(count):
        comments.say(series=series, period=POINT, text="@Ines Keller", by=mia)
    client = api(mia)

    with django_assert_num_queries(6):
        response = client.get("/api/v1/comments/", {"series": series.pk})

    assert response.json()["count"] == count
