"""From draft to published, and who may take which step."""

import pytest
from django.urls import reverse

from processes import actions
from processes.choices import RevisionState
from processes.models import NotAllowed, Process
from processes.template_file import ProcessText
from tests.factories.processes import (
    AcknowledgementFactory,
    ProcessFactory,
    PublishedFactory,
    RevisionFactory,
    StepFactory,
)
from tests.factories.teams import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(ines):
    revision = RevisionFactory(process=ProcessFactory(title="Intake", owner=ines), author=ines)
    StepFactory(revision=revision)
    return revision


@pytest.fixture
def submitted(draft, ines):
    draft.submit(by=ines)
    return draft


def url(name, revision):
    return reverse(f"processes:{name}", args=[revision.process_id, revision.number])


def test_a_draft_without_steps_is_not_reviewed(ines):
    revision = RevisionFactory(author=ines)

    with pytest.raises(NotAllowed, match="at least one step"):
        revision.submit(by=ines)


def test_the_author_does_not_approve_their_own_text(submitted, ines, as_):
    response = as_(ines).post(url("revision-publish", submitted))

    submitted.refresh_from_db()
    assert response.status_code == 409
    assert submitted.state == RevisionState.IN_REVIEW
    assert "other than the author" in response.content.decode()


def test_somebody_else_publishes_it_and_readers_see_it(submitted, olga, mia, as_):
    as_(olga).post(url("revision-publish", submitted))

    page = as_(mia).get(submitted.process.get_absolute_url())
    assert "Version 1" in page.content.decode()
    assert "Take the request in" in page.content.decode()


def test_publishing_replaces_the_former_version(ines, olga):
    former = PublishedFactory(process__owner=ines, author=ines)
    StepFactory(revision=former)
    draft = actions.start_draft(process=former.process, by=ines)
    draft.submit(by=ines)

    actions.publish(revision=draft, by=olga)

    former.refresh_from_db()
    assert former.state == RevisionState.DEPRECATED
    assert Process.objects.get().published == draft


def test_readers_see_the_published_version_while_a_draft_is_written(ines, mia, as_):
    published = PublishedFactory(process__owner=ines)
    StepFactory(revision=published, title="The old way")
    draft = actions.start_draft(process=published.process, by=ines)
    StepFactory(revision=draft, order=50, title="The new way")

    page = as_(mia).get(published.process.get_absolute_url()).content.decode()

    assert "The old way" in page
    assert "The new way" not in page
    assert as_(mia).get(draft.get_absolute_url()).status_code == 404


def test_a_request_for_changes_says_what_is_missing(submitted, olga, as_):
    refused = as_(olga).post(url("revision-request-changes", submitted), {"note": " "})
    as_(olga).post(url("revision-request-changes", submitted), {"note": "Name an owner."})

    submitted.refresh_from_db()
    assert refused.status_code == 409
    assert submitted.state == RevisionState.CHANGES_REQUESTED
    assert submitted.approvals.get().note == "Name an owner."


def test_a_material_change_asks_former_readers_again(ines, olga, mia):
    former = PublishedFactory(process__owner=ines, author=ines)
    StepFactory(revision=former)
    AcknowledgementFactory(revision=former, person=mia)
    draft = actions.start_draft(process=former.process, by=ines)
    draft.submit(by=ines)

    actions.publish(revision=draft, by=olga)

    assert [asked.person for asked in draft.acknowledgements.all()] == [mia]


def test_a_minor_change_asks_nobody(ines, olga, mia):
    former = PublishedFactory(process__owner=ines, author=ines)
    StepFactory(revision=former)
    AcknowledgementFactory(revision=former, person=mia)
    draft = actions.start_draft(process=former.process, by=ines)
    draft.is_material = False
    draft.submit(by=ines)

    actions.publish(revision=draft, by=olga)

    assert not draft.acknowledgements.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("mia", 403), ("astrid", 403), ("rui", 404), ("ines", 302)]
)
def test_who_may_begin_a_draft(who, status, as_, request):
    revision = PublishedFactory()
    person = request.getfixturevalue(who)

    response = as_(person).post(reverse("processes:revision-new", args=[revision.process_id]))

    assert response.status_code == status


def test_a_pm_changes_the_process_that_they_own(mia, as_):
    revision = PublishedFactory(process__owner=mia)

    response = as_(mia).post(reverse("processes:revision-new", args=[revision.process_id]))

    assert response.status_code == 302
    assert revision.process.revisions.count() == 2


def steps_post(*titles, **more):
    data = {"steps-TOTAL_FORMS": len(titles), "steps-INITIAL_FORMS": 0, "version": 1}
    for at, title in enumerate(titles):
        data[f"steps-{at}-title"] = title
    return data | {"summary": "First version"} | more


def test_a_draft_is_saved_with_its_steps_in_the_order_asked_for(draft, ines, as_):
    data = steps_post("Second", "First", "") | {"steps-0-place": 2, "steps-1-place": 1}

    response = as_(ines).post(url("revision-edit", draft), data)

    assert response.status_code == 302
    assert [step.title for step in draft.steps.all()] == ["First", "Second"]


def test_a_stale_draft_is_refused_and_nothing_is_lost(draft, ines, as_):
    as_(ines).post(url("revision-edit", draft), steps_post("From one tab"))

    response = as_(ines).post(url("revision-edit", draft), steps_post("From another tab"))

    assert response.status_code == 409
    assert "From another tab" in response.content.decode()
    assert [step.title for step in draft.steps.all()] == ["From one tab"]


def test_a_published_version_is_never_edited(ines, as_):
    published = PublishedFactory(process__owner=ines)

    response = as_(ines).post(url("revision-edit", published), steps_post("Sneaked in"))

    assert response.status_code == 409
    assert not published.steps.exists()


def test_a_step_without_a_name_is_told_so(draft, ines, as_):
    data = steps_post("") | {"steps-0-text": "Do something"}

    response = as_(ines).post(url("revision-edit", draft), data)

    assert response.status_code == 422
    assert "Name the step." in response.content.decode()


def test_the_comparison_pairs_steps(ines, as_):
    older = PublishedFactory(process__owner=ines)
    StepFactory(revision=older, order=1, title="Keep")
    StepFactory(revision=older, order=2, title="Drop")
    newer = actions.start_draft(process=older.process, by=ines)
    newer.steps.filter(title="Drop").delete()
    StepFactory(revision=newer, order=3, title="Add")

    page = as_(ines).get(reverse("processes:revision-diff", args=[older.process_id, 1, 2]))

    changes = [change for change, _before, _after in page.context["differences"]]
    assert changes[0] == "same"
    assert set(changes[1:]) <= {"changed", "added", "removed"}
    assert len(changes) >= 2


def test_every_template_of_the_library_becomes_a_draft(ines, as_):
    texts = actions.library()

    for text in texts:
        as_(ines).post(reverse("processes:process-copy"), {"template": text.slug})

    assert Process.objects.count() == len(texts) == 8
    assert all(process.revisions.get().steps.exists() for process in Process.objects.all())


def test_the_key_of_a_second_process_of_one_name_differs(ines):
    text = ProcessText(slug="intake", title="Intake", family="planning")

    first = actions.create_process(text=text, owner=ines, by=ines)
    second = actions.create_process(text=text, owner=ines, by=ines)

    assert (first.slug, second.slug) == ("intake", "intake-2")


def test_the_register_costs_the_same_for_any_number(ines, as_, cost_of):
    url, costs = reverse("processes:process-list"), []
    for number in (1, 2):
        for _row in range(number):
            AcknowledgementFactory(revision__process__owner=ines, person=PersonFactory())
        costs.append(cost_of(as_(ines), url))

    assert costs[0] == costs[1] <= 20


def test_whoever_comes_from_a_gap_brings_its_words_as_the_title(ines, as_):
    page = as_(ines).get(reverse("processes:process-new"), {"gap": "7", "title": "Few interviews"})

    assert page.context["form"]["title"].value() == "Few interviews"
    assert page.context["form"]["owner"].value() == ines.pk
