import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from productops import exchange, files
from productops.exchange import Kind, Refused, Report
from productops.imports import apply_checked, earlier_runs, run_import
from productops.models import ImportRun, Organisation
from productops.parsing import Unreadable, to_number
from productops.registry import Registry
from productops.tables import read_table
from teams.models import Skill

pytestmark = pytest.mark.django_db


def take(file, name, by, options):
    """Skills by name; ``weight`` has to be a number."""
    report = Report()
    for number, row in read_table(file, name, **exchange.table_options(options)).rows:
        try:
            to_number(row["weight"])
        except Unreadable as problem:
            report.refuse(number, "weight", problem)
            continue
        _skill, is_new = Skill.objects.get_or_create(slug=row["name"], defaults={"name": "x"})
        report.created += is_new
        report.unchanged += not is_new
    if report.refused:
        raise Refused(report)
    return report


def give(person, options):
    yield ["name", "weight"]
    yield from ([skill.slug, -1.5] for skill in Skill.objects.order_by("slug"))


def with_colour(parser):
    parser.add_argument("--colour", default="blue")


@pytest.fixture
def kind(monkeypatch):
    monkeypatch.setattr(exchange, "_kinds", Registry("kinds of exchange"))
    exchange.kind(
        Kind("notes", give=lambda person, options: iter(["a: ", "1\n"]), formats=("yaml",))
    )
    return exchange.kind(Kind("things", take=take, give=give, arguments=with_colour))


def run(kind, text, **options):
    return run_import(
        kind=kind, file=io.BytesIO(text.encode()), name="C:\\x\\things.csv", **options
    )


GOOD, BAD = "name,weight\na,1\nb,2\n", "name,weight\na,1\nb,zwei\nc,1e999\n"


def test_an_import_says_what_it_did_and_keeps_the_file(kind, ines):
    row, report = run(kind, GOOD, by=ines, options={"sheet": None})

    row.refresh_from_db()
    assert (report.created, report.unchanged) == (2, 0)
    assert (row.state, row.by, row.name, row.kind) == ("applied", ines, "things.csv", "things")
    assert row.report["created"] == 2
    assert files.path_of(row.file.sha256).read_text() == GOOD


def test_the_same_file_again_changes_nothing_and_is_known(kind):
    first, _report = run(kind, GOOD)
    second, report = run(kind, GOOD)

    assert (report.created, report.unchanged) == (0, 2)
    assert list(earlier_runs(first.file.sha256, "things")) == [second, first]


def test_a_file_with_one_bad_cell_writes_nothing_and_names_each(kind):
    row, report = run(kind, BAD)

    assert [(each.row, each.column) for each in report.refused] == [(3, "weight"), (4, "weight")]
    assert (row.state, row.report["refused_in_all"]) == (ImportRun.State.REFUSED, 2)
    assert not Skill.objects.exists()


def test_a_dry_run_writes_nothing_and_can_be_applied_later(kind, ines):
    checked, report = run(kind, GOOD, dry_run=True)
    assert (checked.state, report.created, Skill.objects.count()) == ("checked", 2, 0)

    applied, _report = apply_checked(run=checked, kind=kind, by=ines)

    assert (applied.state, applied.by, Skill.objects.count()) == ("applied", ines, 2)


def test_a_file_that_is_no_table_is_refused_with_its_place(kind):
    _row, report = run(kind, "name,name\n")

    assert [(each.row, each.column) for each in report.refused] == [(1, "name")]


@pytest.mark.django_db(transaction=True)
def test_what_only_the_database_refuses_is_a_refusal_too(kind):
    def break_a_rule(file, name, by, options):
        Skill.objects.create(slug="a", name="x")
        Organisation.objects.create(pk=7, name="A second one")

    strict = Kind("strict", take=break_a_rule)

    row, report = run(strict, GOOD)

    assert report.refused[0].reason == "The database does not take what this file holds."
    assert (row.state, Skill.objects.count()) == ("refused", 0)
    with pytest.raises(IntegrityError):
        Organisation.objects.create(pk=7, name="A second one")


def test_only_a_thousand_refusals_are_kept_but_all_are_told(kind):
    row, report = run(kind, "name,weight\n" + "a,x\n" * 1200)

    assert len(report.refused) == row.report["refused_in_all"] == 1200
    assert len(row.report["refused"]) == 1000


def test_people_see_their_own_imports_and_ops_all(kind, ines, mia):
    mine, _report = run(kind, GOOD, by=mia)
    run(kind, GOOD, by=ines)

    assert list(ImportRun.objects.visible_to(mia)) == [mine]
    assert ImportRun.objects.visible_to(ines).count() == 2


@pytest.fixture
def command(kind, tmp_path):
    """Import a text by the command line; what it printed."""

    def called(text, *arguments, **options):
        path = tmp_path / "things.csv"
        path.write_text(text)
        said = io.StringIO()
        try:
            call_command("import", "things", str(path), *arguments, stdout=said, **options)
        except CommandError as refusal:
            return said.getvalue(), refusal.returncode
        return said.getvalue(), 0

    return called


def test_the_command_tells_what_came_of_it(command):
    assert command(GOOD) == ("2 created, 0 updated, 0 unchanged\n", 0)
    assert command(GOOD, "--dry-run")[0].startswith("0 would be created")


def test_the_command_ends_with_1_and_lists_what_was_refused(command):
    said, code = command(BAD)

    assert code == 1
    assert [line.split()[:3] for line in said.splitlines()] == [
        ["row", "3", "weight"],
        ["row", "4", "weight"],
    ]


def test_the_report_is_there_for_programs(command):
    said, code = command(BAD, "--json")

    report = json.loads(said)
    assert code == 1
    assert set(report) == {"created", "updated", "unchanged", "refused"}
    assert set(report["refused"][0]) == {"row", "column", "reason"}


def test_options_of_the_kind_and_of_tables_reach_it(command):
    command("skip\nname;weight\na;1,5\n", "--header-row=2", "--decimal=,", "--colour=red")

    options = ImportRun.objects.get().options
    assert options == {"header_row": 2, "decimal": ",", "colour": "red", "sheet": None}


def test_an_import_can_be_done_in_somebodys_name(command, ines):
    command(GOOD, "--by", "Ines@Halden.example")

    assert ImportRun.objects.get().by == ines
    assert command(GOOD, "--by", "nobody@example.org")[1] == 1


@pytest.mark.parametrize("arguments", [["nonsense", "x.csv"], ["things", "/no/such/file.csv"]])
def test_a_wrong_call_is_refused(kind, arguments):
    with pytest.raises(CommandError):
        call_command("import", *arguments)


def test_an_export_is_taken_back_unchanged(command):
    command(GOOD)
    said = io.StringIO()

    call_command("export", "things", stdout=said)

    assert said.getvalue() == "name,weight\r\na,-1.5\r\nb,-1.5\r\n"
    assert command(said.getvalue())[0] == "0 created, 0 updated, 2 unchanged\n"


def test_an_export_may_be_json_or_the_kinds_own_text(kind, command):
    command(GOOD)
    table, text = io.StringIO(), io.StringIO()

    call_command("export", "things", "--format=json", stdout=table)
    call_command("export", "notes", stdout=text)

    assert json.loads(table.getvalue())[0] == {"name": "a", "weight": -1.5}
    assert text.getvalue() == "a: 1\n"


def test_verify_is_silent_about_a_sound_house(organisation):
    said = io.StringIO()

    call_command("verify", "--json", stdout=said)

    found = json.loads(said.getvalue())
    assert found["differences"] == []
    assert {"changes", "files", "keys"} <= set(found["checks"])


def test_the_demo_is_refused_by_an_installation_in_use(ines):
    with pytest.raises(CommandError, match="in use"):
        call_command("demo")


def test_the_seed_is_refused_by_an_installation_in_use(organisation):
    with pytest.raises(CommandError, match="in use"):
        call_command("seed")
