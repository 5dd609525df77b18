"""Writing a questionnaire in the browser: drafts, two editors, publishing, and what is refused."""

import re

import pytest
from django.db import IntegrityError
from django.utils import timezone

from audits import drafting
from audits.actions import drafts as actions
from audits.framework_file import FrameworkRefused
from audits.models import FrameworkVersion
from audits.refusals import DraftIsStale, NotNow
from productops import changelog
from tests.factories.audits import SMALL, framework_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(small, ines):
    return actions.start_draft(framework=small.framework, by=ines, now=timezone.now())


def save(draft, by, edition=None, key="baseline", **values):
    content = drafting.changed(draft.content, key, values)
    return actions.save_draft(
        draft=draft,
        content=content,
        edition=draft.edition if edition is None else edition,
        by=by,
        now=timezone.now(),
    )


def publish(draft, by, summary="Clearer words"):
    return actions.publish_draft(
        draft=draft, edition=draft.edition, summary=summary, by=by, now=timezone.now()
    )


# Verbs --------------------------------------------------------------------------------------
def test_a_draft_begins_with_what_is_published_and_there_is_one(small, draft, olga):
    again = actions.start_draft(framework=small.framework, by=olga, now=timezone.now())

    assert again == draft
    assert (draft.number, draft.state, draft.content) == (2, "draft", small.content)


def test_the_database_holds_one_draft_of_a_framework(draft):
    with pytest.raises(IntegrityError):
        FrameworkVersion.objects.create(
            framework=draft.framework, number=9, state="draft", sha256="0" * 64
        )


def test_an_edit_is_written_down_field_by_field(draft, ines):
    save(draft, ines, text="What do you know now?")

    entry = changelog.history_of(draft).first()
    assert entry.verb == "changed"
    assert entry.before == {"baseline.text": "What do you know before a change?"}
    assert entry.after == {"baseline.text": "What do you know now?", "edition": 2}


def test_saving_the_same_is_no_edit(draft, ines):
    save(draft, ines, text="What do you know before a change?")

    assert draft.edition == 1


def test_of_two_editors_the_second_is_told(draft, ines, olga):
    read_before = FrameworkVersion.objects.get(pk=draft.pk)
    save(draft, ines, text="Ines’ words")

    with pytest.raises(DraftIsStale) as refused:
        save(read_before, olga, text="Olga’s words")

    assert "Ines Keller" in str(refused.value)
    draft.refresh_from_db()
    assert drafting.spot_of(draft.content, "baseline").node["text"] == "Ines’ words"


def test_publishing_retires_the_former_and_makes_its_nodes(small, draft, ines):
    save(draft, ines, text="What do you know now?")

    version = publish(draft, ines)

    small.refresh_from_db()
    assert (version.number, version.state, small.state) == (2, "published", "retired")
    assert version.nodes.get(key="baseline").text == "What do you know now?"
    assert version.summary == "Clearer words"
    assert small.nodes.get(key="baseline").text == "What do you know before a change?"


def test_a_draft_with_faults_is_not_published(small, draft, ines):
    save(draft, ines, text="")

    with pytest.raises(FrameworkRefused):
        publish(draft, ines)

    draft.refresh_from_db()
    small.refresh_from_db()
    assert (draft.state, small.state) == ("draft", "published")


def test_what_says_the_same_is_not_published(draft, ines):
    with pytest.raises(NotNow):
        publish(draft, ines)


def test_a_published_version_is_edited_no_more(draft, ines):
    save(draft, ines, text="What do you know now?")
    version = publish(draft, ines)

    with pytest.raises(NotNow):
        save(version, ines, text="Later words")


def test_a_file_that_comes_meanwhile_leaves_the_draft_and_its_number_follows(small, draft, ines):
    framework_version(SMALL.replace("How often", "How often, roughly,"))
    save(draft, ines, text="What do you know now?")

    assert publish(draft, ines).number == 4
    states = small.framework.versions.values_list("number", "state").order_by("number")
    assert list(states) == [(1, "retired"), (3, "retired"), (4, "published")]


def test_a_new_framework_begins_empty_and_goes_with_its_draft(ines):
    draft = actions.new_framework(
        title="Mine",
        key="mine",
        low=0,
        high=4,
        target=3,
        names=["No", "", "", "", "Yes"],
        by=ines,
        now=timezone.now(),
    )

    assert draft.levels == [{"value": 0, "name": "No"}, {"value": 4, "name": "Yes"}]
    assert actions.discard_draft(draft=draft, by=ines) is None
    assert not FrameworkVersion.objects.exists()


def test_a_key_is_taken_once(small, ines):
    with pytest.raises(NotNow):
        actions.copy_framework(
            version=small, title="Small", key="small", by=ines, now=timezone.now()
        )


def test_a_copy_is_another_framework_with_the_same_words(small, ines):
    copy = actions.copy_framework(
        version=small, title="Ours", key="ours", by=ines, now=timezone.now()
    )

    assert copy.framework != small.framework
    assert copy.content["nodes"] == small.content["nodes"]
    assert publish(copy, ines, "First").number == 1


def test_a_discarded_draft_leaves_what_is_published(small, draft, ines):
    actions.discard_draft(draft=draft, by=ines)

    assert list(small.framework.versions.all()) == [small]


def test_a_framework_is_retired_and_brought_back(small, ines):
    actions.retire_framework(framework=small.framework, by=ines)
    with pytest.raises(NotNow):
        actions.retire_framework(framework=small.framework, by=ines)

    assert actions.bring_back_framework(framework=small.framework, by=ines) == small
    with pytest.raises(NotNow):
        actions.bring_back_framework(framework=small.framework, by=ines)


# Pages --------------------------------------------------------------------------------------
def base(draft):
    return f"/audits/templates/{draft.framework_id}"


def fields_of(html):
    """What a browser would send back of the longest form of a page, unchanged."""
    form = max(re.findall(r"<form.*?</form>", html, re.DOTALL), key=len)
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = _attribute(tag, "name"), _attribute(tag, "value")
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            sent[name] = value or ("on" if 'type="checkbox"' in tag else "")
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        sent[name] = _unescaped(text.removeprefix("\n"))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen[0] if chosen else re.findall(r'<option value="([^"]*)"', options)[0]
    return sent


def _attribute(tag, name):
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return _unescaped(found[1]) if found else ""


def _unescaped(text):
    for code, letter in (("&#x27;", "'"), ("&quot;", '"'), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(code, letter)
    return text.replace("&amp;", "&")


@pytest.fixture
def desk(as_, ines, draft):
    """Ines before her draft: ``desk.open(key)``, ``desk.send(key, text=...)``."""
    return Desk(as_(ines), draft)


class Desk:
    def __init__(self, client, draft):
        self.client, self.draft = client, draft

    def at(self, key):
        return f"{base(self.draft)}/draft/" + (f"{key}/" if key else "")

    def open(self, key=""):
        response = self.client.get(self.at(key))
        assert response.status_code == 200
        return response.content.decode()

    def send(self, place="", **values):
        sent = fields_of(self.open(place)) | {
            name.replace("__", "-"): v for name, v in values.items()
        }
        return self.client.post(self.at(place), sent)

    def node(self, key):
        self.draft.refresh_from_db()
        return drafting.spot_of(self.draft.content, key).node


@pytest.mark.parametrize("key", ["", "measurement", "baseline", "interviews"])
def test_opening_and_saving_what_stands_there_changes_nothing(desk, key):
    before = desk.draft.content

    response = desk.send(key)

    desk.draft.refresh_from_db()
    assert response.status_code == 302
    assert desk.draft.content == before
    assert desk.draft.edition == 1


def test_the_words_of_a_question_are_changed(desk):
    desk.send("baseline", text="What do you know now?", weight="0", hint="")

    node = desk.node("baseline")
    assert (node["text"], node["weight"]) == ("What do you know now?", 0)
    assert "hint" not in node


def test_every_field_of_a_question_comes_back_as_files_have_it(desk):
    desk.send(
        "dashboards",
        relevant="${baseline} >= 2",
        constraint=". <= 3",
        constraint_message="At most three.",
        soft="on",
        documents="on",
        fact_levels="0, 20, 40.5, 60, 80",
        fact_tolerance="1",
        fact_days="90",
        gap="Nobody looks",
        cause="data",
        kpis="lead-time, nps",
        skill="discovery",
        maps__0__framework="team-health",
        maps__0__key="health-purpose",
        maps__0__relation="subset",
        maps__0__strength="7",
    )

    node = desk.node("dashboards")
    assert node["relevant"] == "${baseline} >= 2"
    assert (node["soft"], node["documents"]) == (True, True)
    assert node["fact"] == {"levels": [0, 20, 40.5, 60, 80], "tolerance": 1, "days": 90}
    assert node["suggests"] == {
        "gap": "Nobody looks",
        "cause": "data",
        "kpis": ["lead-time", "nps"],
        "skill": "discovery",
    }
    assert node["maps"] == [
        {"framework": "team-health", "key": "health-purpose", "relation": "subset", "strength": 7}
    ]


def test_a_new_key_is_followed_by_the_address(desk):
    response = desk.send("baseline", key="knowledge")

    assert response.url == desk.at("knowledge")


@pytest.mark.parametrize("key", ["interviews", "all", "No spaces", "-x"])
def test_a_key_that_cannot_be_is_refused_beside_the_field(desk, key):
    response = desk.send("baseline", key=key)

    assert response.status_code == 422
    assert response.context["form"].errors["key"]


def test_rows_grow_move_and_go_without_a_script(desk):
    desk.send("baseline", choices__5__value="5", choices__5__name="Beyond", do="choices:more")
    desk.send("baseline", do="choices:up:5")
    desk.send("baseline", do="choices:remove:0")

    values = [choice["value"] for choice in desk.node("baseline")["choices"]]
    assert values == [1, 2, 3, 5, 4]


def test_a_question_becomes_another_kind_and_loses_what_that_has_no_use_for(desk):
    desk.send("baseline", type="text")

    node = desk.node("baseline")
    assert node["type"] == "text"
    assert "choices" not in node


def test_what_becomes_a_level_begins_with_the_levels_of_the_whole(desk):
    desk.send("baseline", type="text")
    desk.send("baseline", type="level")

    assert [c["name"] for c in desk.node("baseline")["choices"]] == ["Absent", "Improving"]


def test_the_whole_is_changed(desk):
    desk.send(title="Our practice", minutes="7", levels__2__value="2", levels__2__name="Half")

    desk.draft.refresh_from_db()
    content = desk.draft.content
    assert (content["title"], content["minutes"]) == ("Our practice", 7)
    assert [level["name"] for level in content["scale"]["levels"]][2] == "Half"


def test_a_scale_has_a_width(desk):
    assert desk.send(min="4", max="4").status_code == 422


def test_a_stale_form_shows_what_the_other_did_and_keeps_what_was_typed(desk, olga):
    sent = fields_of(desk.open("baseline")) | {"text": "Ines’ words"}
    save(desk.draft, olga, text="Olga’s words")

    response = desk.client.post(desk.at("baseline"), sent)
    html = response.content.decode()
    again = desk.client.post(desk.at("baseline"), fields_of(html))

    assert response.status_code == 409
    assert "Olga Berg saved this draft meanwhile" in html
    assert "Olga’s words" in html
    assert "Ines’ words" in html
    assert again.status_code == 302
    assert desk.node("baseline")["text"] == "Ines’ words"


def test_the_outline_is_edited(desk):
    client, path = desk.client, base(desk.draft)

    def post(address, **values):
        desk.draft.refresh_from_db()
        return client.post(f"{path}/{address}/", {"edition": desk.draft.edition} | values)

    added = post("add", kind="number", into="measurement", after="baseline")
    key = added.url.rstrip("/").split("/")[-1]
    post(f"draft/{key}/move", to="up")
    post(f"draft/{key}/move", to="into", section="discovery")
    post(f"draft/{key}/duplicate")
    post("draft/dashboards/remove")
    post("add", kind="section")

    desk.draft.refresh_from_db()
    keys = drafting.keys_of(desk.draft.content)
    assert keys == [
        *("measurement", "baseline", "discovery", "interviews"),
        *(key, f"{key}-2", keys[-1]),
    ]


def test_words_give_a_new_question_its_key(desk):
    response = desk.client.post(
        f"{base(desk.draft)}/add/", {"edition": 1, "kind": "text", "into": "discovery"}
    )
    key = response.url.rstrip("/").split("/")[-1]

    assert desk.send(key, text="What else matters?").url == desk.at("what-else-matters")


@pytest.mark.parametrize(
    ("address", "values", "status"),
    [
        ("draft/nobody/move/", {"to": "up", "edition": 1}, 404),
        ("draft/baseline/move/", {"to": "into", "section": "nowhere", "edition": 1}, 404),
        ("draft/measurement/move/", {"to": "into", "section": "measurement", "edition": 1}, 404),
        ("add/", {"kind": "nonsense", "edition": 1}, 404),
        ("draft/baseline/move/", {"to": "down", "edition": 7}, 409),
        ("draft/baseline/remove/", {"edition": "x"}, 409),
    ],
)
def test_edits_that_cannot_be_are_refused(desk, address, values, status):
    assert desk.client.post(f"{base(desk.draft)}/{address}", values).status_code == status


def test_faults_lead_to_their_fields(desk, ines):
    save(desk.draft, ines, text="")
    save(desk.draft, ines, key="dashboards", relevant="${nobody} > 1")

    html = desk.open()

    assert f'href="{desk.at("baseline")}#id_text"' in html
    assert f'href="{desk.at("dashboards")}#id_relevant"' in html


@pytest.mark.parametrize("address", ["draft/", "draft/baseline/", "preview/", "publish/"])
@pytest.mark.parametrize(("who", "status"), [("mia", 403), ("astrid", 403), ("olga", 200)])
def test_drafts_are_for_product_operations(as_, draft, address, who, status, request):
    client = as_(request.getfixturevalue(who))

    assert client.get(f"{base(draft)}/{address}").status_code == status


def test_others_do_not_see_that_there_is_a_draft(as_, draft, mia):
    draft.framework.versions.exclude(pk=draft.pk).delete()

    client = as_(mia)
    assert "Small practice" not in client.get("/audits/templates/").content.decode()
    assert client.get(f"{base(draft)}/v2/").status_code == 404


def test_publishing_shows_what_changes_and_asks_why(desk, ines):
    save(desk.draft, ines, text="What do you know now?")
    client, path = desk.client, f"{base(desk.draft)}/publish/"

    shown = client.get(path).content.decode()
    silent = client.post(path, {"edition": desk.draft.edition})
    done = client.post(path, {"edition": desk.draft.edition, "summary": "Clearer"})

    assert "3 questions keep their history." in shown
    assert "<ins>now?</ins>" in shown
    assert silent.status_code == 422
    assert done.url == f"{base(desk.draft)}/v2/"


def test_what_was_edited_meanwhile_is_not_published_unseen(desk, ines):
    save(desk.draft, ines, text="What do you know now?")

    response = desk.client.post(f"{base(desk.draft)}/publish/", {"edition": 1, "summary": "x"})

    assert response.status_code == 409


def test_versions_are_compared_on_a_page_of_their_own(as_, mia, draft, ines):
    save(draft, ines, key="interviews", weight=3)
    publish(draft, ines)

    html = as_(mia).get(f"{base(draft)}/diff/v1/v2/").content.decode()

    assert "How often do you talk to customers?" in html
    assert "<ins>3</ins>" in html


# Preview ------------------------------------------------------------------------------------
def test_the_preview_goes_on_with_each_answer_and_hides_what_does_not_apply(desk, ines):
    save(desk.draft, ines, key="dashboards", relevant="${baseline} >= 2")
    path = f"{base(desk.draft)}/preview/"

    low = desk.client.get(path, {"at": "baseline", "answer": "1", "go": "1"}, follow=True)
    high = desk.client.get(path, {"at": "baseline", "answer": "3", "go": "1"}, follow=True)

    assert low.context["item"].key == "interviews"
    assert high.context["item"].key == "dashboards"
    assert high.request["QUERY_STRING"] == "a-baseline=3&at=dashboards"


def test_the_preview_says_what_is_missing_and_where_it_ends(desk):
    path = f"{base(desk.draft)}/preview/"

    nothing = desk.client.get(path, {"at": "baseline", "go": "1"})
    over = desk.client.get(path, {"at": "interviews", "answer": "2", "go": "1"}, follow=True)

    assert nothing.context["form"].error
    assert "That is all" in over.content.decode()


def test_a_preview_with_a_broken_condition_does_without(desk, ines):
    save(desk.draft, ines, key="dashboards", relevant="${nobody} >= 2")

    html = desk.client.get(f"{base(desk.draft)}/preview/").content.decode()

    assert "Conditions are left out here" in html


def test_every_kind_can_be_previewed_and_edited(as_, ines):
    draft = actions.new_framework(
        title="Kinds", key="kinds-of", low=0, high=4, target=3, names=["No"], by=ines,
        now=timezone.now(),
    )  # fmt: skip
    client = as_(ines)
    for kind in ("level", "number", "boolean", "single", "multiple", "text", "date", "subject",
                 "file", "note", "calculated", "section"):  # fmt: skip
        draft.refresh_from_db()
        response = client.post(f"{base(draft)}/add/", {"edition": draft.edition, "kind": kind})
        key = response.url.rstrip("/").split("/")[-1]
        assert client.get(response.url).status_code == 200
        assert client.get(f"{base(draft)}/preview/", {"at": key}).status_code == 200


# Lists and lives of frameworks --------------------------------------------------------------
def test_a_new_framework_is_begun_by_its_title(as_, ines):
    client = as_(ines)

    response = client.post(
        "/audits/templates/new/",
        {"title": "How we plan", "low": "0", "high": "2", "target": "1", "names": "No\nSome\nYes"},
    )

    draft = FrameworkVersion.objects.get(framework__slug="how-we-plan")
    assert response.url == draft.get_absolute_url()
    assert [level["name"] for level in draft.levels] == ["No", "Some", "Yes"]


@pytest.mark.parametrize(("low", "high", "target"), [("4", "0", "2"), ("0", "4", "9")])
def test_a_scale_that_cannot_be_is_refused(as_, ines, low, high, target):
    sent = {"title": "X", "low": low, "high": high, "target": target}

    assert as_(ines).post("/audits/templates/new/", sent).status_code == 422


def test_a_title_that_is_there_is_refused(as_, ines, small):
    sent = {"title": "Small", "low": "0", "high": "4", "target": "3"}

    assert as_(ines).post("/audits/templates/new/", sent).status_code == 409


def test_a_copy_begins_from_a_version(as_, ines, small):
    client = as_(ines)
    address = f"/audits/templates/new/?copy={small.pk}"

    assert "Small practice (copy)" in client.get(address).content.decode()
    client.post(address, {"title": "Ours"})

    draft = FrameworkVersion.objects.get(framework__slug="ours")
    assert draft.content["nodes"] == small.content["nodes"]


def test_a_framework_is_retired_and_brought_back_by_buttons(as_, ines, small):
    client, path = as_(ines), f"/audits/templates/{small.framework_id}"

    client.post(f"{path}/retire/")
    small.refresh_from_db()
    assert small.state == "retired"

    client.post(f"{path}/reopen/")
    small.refresh_from_db()
    assert small.state == "published"


def test_the_library_says_what_is_newer_and_shows_what_it_changes(as_, ines):
    client = as_(ines)
    client.post("/audits/templates/load/")
    version = FrameworkVersion.objects.get(framework__slug="team-health")
    FrameworkVersion.objects.filter(pk=version.pk).update(sha256="0" * 64)
    version.content["nodes"][0]["title"] = "Health of the team"
    version.save(update_fields=["content"])

    listed = client.get("/audits/templates/load/").content.decode()
    shown = client.post("/audits/templates/load/", {"key": "team-health"})

    assert listed.count("Another version is shipped") == 1
    assert "<del>Health of the team</del>" in shown.content.decode()


def test_a_file_can_be_taken_as_a_draft(as_, ines, small):
    client = as_(ines)
    text = SMALL.replace("How often", "How often, roughly,")

    response = client.post("/audits/templates/import/", {"text": text, "as": "draft"})
    again = client.post("/audits/templates/import/", {"text": text, "as": "draft"})

    assert response.url == f"/audits/templates/{small.framework_id}/draft/"
    assert again.status_code == 409


def test_editor_pages_cost_the_same_whatever_stands_in_the_draft(as_, ines, draft, cost_of):
    client = as_(ines)
    pages = ["draft/", "draft/baseline/", "preview/", "publish/"]
    few = [cost_of(client, f"{base(draft)}/{page}") for page in pages]

    for _number in range(3):
        draft.content, _copy = drafting.duplicated(draft.content, "measurement")
    draft.save()

    assert [cost_of(client, f"{base(draft)}/{page}") for page in pages] == few
    assert max(few) <= 20


# By program ---------------------------------------------------------------------------------
JSON = "application/json"


@pytest.fixture
def program(api, ines):
    client = api(ines)

    def call(method, path, body=None):
        response = getattr(client, method)(f"/api/v1/frameworks/{path}", body, content_type=JSON)
        return response.status_code, (response.json() if response.content else {})

    return call


def test_a_draft_is_put_compared_and_published_by_program(program, small):
    _status, draft = program("post", f"{small.pk}/edit/", {})
    content = drafting.changed(draft["content"], "baseline", {"text": "What do you know?"})

    put, kept = program("put", f"{draft['id']}/", {"content": content, "edition": 1})
    _status, diff = program("get", f"{draft['id']}/diff/")
    done, version = program(
        "post", f"{draft['id']}/publish/", {"edition": kept["edition"], "summary": "Clearer"}
    )

    assert (put, kept["edition"], done, version["state"]) == (200, 2, 200, "published")
    assert diff["nodes"][0]["fields"] == [
        {
            "field": "text",
            "before": "What do you know before a change?",
            "after": "What do you know?",
        }
    ]
    assert diff["consequences"][0] == "3 questions keep their history."


def test_faults_of_a_draft_are_told_by_node_and_field(program, draft):
    content = drafting.changed(draft.content, "baseline", {"text": ""})
    content = drafting.changed(content, "interviews", {"relevant": "${nobody} = 1"})

    status, problem = program("put", f"{draft.pk}/", {"content": content, "edition": 1})

    assert status == 422
    fields = [error["field"] for error in problem["errors"]]
    assert fields == ["content.baseline.text", "content.interviews.relevant"]


@pytest.mark.parametrize(
    "content", [None, 3, [], {}, {"key": "small", "nodes": [[]]}, {"key": "small", "nodes": "x"}]
)
def test_a_draft_that_is_none_is_refused(program, draft, content):
    status, _problem = program("put", f"{draft.pk}/", {"content": content, "edition": 1})

    assert status in (400, 422)


def test_a_draft_that_is_nested_without_end_is_refused(program, draft):
    deep = {"key": "small"}
    for _ in range(400):
        deep = {"key": "small", "nodes": [deep]}

    status, _problem = program("put", f"{draft.pk}/", {"content": deep, "edition": 1})

    assert status in (400, 422)


def test_a_draft_is_put_by_one_at_a_time(program, draft):
    content = drafting.changed(draft.content, "baseline", {"text": "Words"})

    first, _kept = program("put", f"{draft.pk}/", {"content": content, "edition": 1})
    second, _problem = program("put", f"{draft.pk}/", {"content": draft.content, "edition": 1})
    silent, _problem = program("put", f"{draft.pk}/", {"content": content})

    assert (first, second, silent) == (200, 409, 400)


def test_what_is_published_is_neither_put_nor_deleted(program, small):
    put, _problem = program("put", f"{small.pk}/", {"content": small.content, "edition": 1})
    deleted, _problem = program("delete", f"{small.pk}/")
    published, _problem = program("post", f"{small.pk}/publish/", {"edition": 1, "summary": "x"})

    assert (put, deleted, published) == (409, 409, 409)


def test_drafts_are_discarded_copied_and_frameworks_retired_by_program(program, small, draft):
    assert program("delete", f"{draft.pk}/")[0] == 204
    assert program("post", f"{small.pk}/copy/", {"title": "Ours"})[1]["key"] == "ours"
    assert program("post", f"{small.pk}/copy/", {"title": "Ours"})[0] == 409
    assert program("post", f"{small.pk}/retire/", {})[1]["state"] == "retired"
    assert program("post", f"{small.pk}/reopen/", {})[1]["state"] == "published"


def test_no_audit_asks_a_draft(api, ines, draft, checkout):
    body = {
        "title": "Too early",
        "framework_version": draft.pk,
        "closes_on": "2999-01-01",
        "subjects": [checkout.subject_id],
    }

    response = api(ines).post("/api/v1/audits/", body, content_type=JSON)

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "framework_version"


def test_readers_see_no_drafts_by_program(api, mia, draft):
    client = api(mia)

    assert client.get(f"/api/v1/frameworks/{draft.pk}/").status_code == 404
    assert client.get("/api/v1/frameworks/").json()["count"] == 1


def test_targets_are_put_and_read_by_program(program, small, checkout):
    one = {"key": "measurement", "subject": checkout.subject_id, "level": 3.5}

    status, kept = program("put", f"{small.pk}/targets/", {"targets": [one]})
    wrong, problem = program("put", f"{small.pk}/targets/", {"targets": [one | {"level": 9}]})
    lost, _problem = program("put", f"{small.pk}/targets/", {"targets": [one | {"key": "x"}]})

    assert (status, kept["targets"]) == (200, [one])
    assert (wrong, problem["errors"][0]["field"]) == (400, "targets[0].level")
    assert lost == 400
