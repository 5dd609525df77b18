from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audits import actions
from audits.models import Answer, Evidence, EvidenceRevision
from audits.refusals import NotNow
from productops import clock
from productops.changelog import history_of
from productops.files import spoilt_files
from productops.work import tasks_of
from tests.factories.audits import GapFactory, InvitationFactory, answered

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a chart"


@pytest.fixture
def gap(checkout):
    return GapFactory(title="Measurement", subject=checkout.subject)


@pytest.fixture
def answer(audit, scope, rui):
    answered(InvitationFactory(audit=audit, person=rui, scopes=[scope]), scope, baseline=1)
    return Answer.objects.get()


def paper(content=PDF, name="chart.pdf"):
    return SimpleUploadedFile(name, content)


def add(client, gap, **sent):
    return client.post(f"/audits/gaps/{gap.pk}/evidence/new/", {"title": "A chart"} | sent)


def test_a_file_is_kept_with_its_hash_and_handed_out_as_a_download_only(as_, mia, gap):
    client = as_(mia)

    response = add(client, gap, file=paper())

    revision = EvidenceRevision.objects.select_related("file").get()
    given = client.get(f"/audits/evidence/{revision.evidence_id}/r1/")
    assert response.url == gap.get_absolute_url()
    assert (revision.number, revision.by, len(revision.file.sha256)) == (1, mia, 64)
    assert b"".join(given.streaming_content) == PDF
    assert given["Content-Disposition"] == 'attachment; filename="chart.pdf"'
    assert given["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in given["Content-Security-Policy"]
    assert list(spoilt_files()) == []
    assert [entry.verb for entry in history_of(gap)] == ["added evidence"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"file": paper(b"MZ\x90", "tool.exe")}, "file"),
        ({"file": paper(b"<script>", "page.html")}, "file"),
        ({"file": paper(b"<script>", "page.pdf")}, "file"),
        ({"file": paper(b"", "empty.pdf")}, "file"),
        ({}, "file"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://example.org", "title": ""}, "title"),
        ({"url": "https://example.org", "valid_until": "31.12.2026"}, "valid_until"),
    ],
)
def test_what_is_no_evidence_is_refused_beside_its_field(as_, mia, gap, sent, field):
    response = add(as_(mia), gap, **sent)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("who", "add_it", "read", "renew"),
    [("ines", 200, 200, 200), ("mia", 200, 200, 200), ("astrid", 403, 200, 403)]
    + [("jonas", 404, 404, 404), ("rui", 403, 403, 403)],
)
def test_who_may_add_read_and_renew_evidence(as_, ines, gap, who, add_it, read, renew, request):
    add(as_(ines), gap, file=paper())
    evidence = Evidence.objects.get()
    client = as_(request.getfixturevalue(who))

    found = [
        client.get(address).status_code
        for address in (
            f"/audits/gaps/{gap.pk}/evidence/new/",
            f"/audits/evidence/{evidence.pk}/",
            f"/audits/evidence/{evidence.pk}/renew/",
        )
    ]
    file = client.get(f"/audits/evidence/{evidence.pk}/r1/").status_code

    assert found == [add_it, read, renew]
    assert file == read


def test_a_new_revision_holds_and_the_former_stays(as_, mia, gap):
    client = as_(mia)
    add(client, gap, file=paper(), valid_until=clock.today().isoformat())
    evidence = Evidence.objects.get()

    client.post(f"/audits/evidence/{evidence.pk}/renew/", {"url": "https://example.org/chart"})

    page = client.get(f"/audits/evidence/{evidence.pk}/").content.decode()
    assert list(evidence.revisions.values_list("number", flat=True)) == [2, 1]
    assert "chart.pdf" in page
    assert "https://example.org/chart" in page
    assert client.get(f"/audits/evidence/{evidence.pk}/r2/").status_code == 404
    assert Evidence.objects.holding_on(clock.today() + timedelta(days=400)).exists()


def test_evidence_belongs_to_answers_of_open_audits_too(as_, ines, answer):
    client = as_(ines)

    client.post(
        f"/audits/answers/{answer.pk}/evidence/new/",
        {"title": "The page", "url": "https://example.org/page"},
    )

    page = client.get(f"/audits/{answer.scope.audit_id}/answers/").content.decode()
    assert Evidence.objects.get().answer == answer
    assert "The page" in page


def test_answers_of_a_closed_audit_stay_as_they_are(answer, ines):
    actions.close_audit(audit=answer.scope.audit, by=ines, now=timezone.now())

    with pytest.raises(NotNow, match="closed"):
        actions.add_evidence(
            about=answer,
            title="Late",
            content={"url": "https://example.org"},
            by=ines,
            now=timezone.now(),
        )


@pytest.mark.parametrize(
    ("days", "title"),
    [
        (14, "Evidence expires in 14 days: A chart"),
        (1, "Evidence expires in 1 day: A chart"),
        (-1, "Evidence is over: A chart"),
        (15, None),
        (None, None),
    ],
)
def test_the_owner_is_asked_for_new_evidence_in_time(ines, gap, days, title):
    gap.assign(owner=ines, by=ines)
    until = None if days is None else clock.today() + timedelta(days=days)
    content = {"url": "https://example.org", "valid_until": until}
    actions.add_evidence(about=gap, title="A chart", content=content, by=ines, now=timezone.now())

    tasks = [task.title for task in tasks_of(ines, clock.today()) if task.kind == "renew-evidence"]

    assert tasks == ([title] if title else [])


def test_evidence_is_added_renewed_and_read_by_program(api, mia, jonas, gap):
    client = api(mia)

    made = client.post(
        "/api/v1/evidence/",
        {"title": "A chart", "gap": gap.pk, "url": "https://example.org"},
        content_type="application/json",
    ).json()
    renewed = client.post(
        f"/api/v1/evidence/{made['id']}/renew/", {"file": paper(), "note": "Newer"}
    ).json()
    file = client.get(f"/api/v1/evidence/{made['id']}/revisions/2/file/")
    foreign = api(jonas).get(f"/api/v1/evidence/{made['id']}/revisions/2/file/")

    assert [one["number"] for one in renewed["revisions"]] == [2, 1]
    assert b"".join(file.streaming_content) == PDF
    assert foreign.status_code == 404


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"gap": None}, "gap"),
        ({"url": ""}, "file"),
        ({"url": "ftp://x"}, "url"),
        ({"gap": 999_999}, "gap"),
        ({"answer": 999_999}, "answer"),
        ({"title": ""}, "title"),
        ({"owner": 1}, "owner"),
    ],
)
def test_hostile_evidence_is_refused_by_the_field(api, mia, gap, sent, field):
    body = {"title": "A chart", "gap": gap.pk, "url": "https://example.org"} | sent

    response = api(mia).post("/api/v1/evidence/", body, content_type="application/json")

    assert response.status_code == 400
    assert field in [error["field"] for error in response.json()["errors"]]


def test_a_file_that_is_none_is_refused_by_program(api, mia, gap):
    sent = {"title": "A chart", "gap": gap.pk, "file": BytesIO(b"MZ")}

    response = api(mia).post("/api/v1/evidence/", sent)

    assert response.status_code == 400
    assert not Evidence.objects.exists()
