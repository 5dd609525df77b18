"""Real files of bad habits: read as their makers documented them, or refused with the place."""

import json

import pytest

from productops.parsing import to_date, to_number
from productops.tables import UnreadableTable, read_table

pytestmark = pytest.mark.reference


@pytest.fixture
def read(shared_data):
    def opened(name, **options):
        with (shared_data / "messy" / name).open("rb") as file:
            table = read_table(file, name, **options)
            return table.header, list(table.rows)

    return opened


@pytest.fixture
def facts(shared_data):
    known = json.loads((shared_data / "messy" / "expected.json").read_text())["facts"]
    return {entry["file"]: entry for entry in known}


def column(rows, name, decimal="."):
    return [to_number(row[name], decimal=decimal) for _number, row in rows]


def test_a_file_with_decimal_commas_and_empty_last_columns(read, facts):
    fact = facts["uci_airquality_first_2000.csv"]

    header, rows = read("uci_airquality_first_2000.csv")
    celsius = [value for value in column(rows, "T", ",") if value != fact["missing_marker"]]

    assert len(header) == 15
    assert len(rows) == fact["data_rows"]
    assert len(celsius) == fact["T_n"]
    assert sum(celsius) / len(celsius) == pytest.approx(fact["T_mean"], rel=1e-6)


def test_a_file_whose_metadata_stands_between_header_and_data(read, facts):
    fact = facts["insee_valeurs_mensuelles.csv"]

    header, rows = read("insee_valeurs_mensuelles.csv")
    values = column(rows[2:], header[1])

    assert len(values) == fact["data_rows"]
    assert sum(values) == pytest.approx(fact["sum"])


@pytest.mark.parametrize(
    ("name", "header_row"),
    [("google_trends_weekly_clean.csv", None), ("google_trends_preamble_en.csv", 3)],
)
def test_an_export_with_and_without_a_preamble(read, facts, name, header_row):
    fact = facts[name]

    header, rows = read(name, header_row=header_row)

    assert list(header) == fact["header"]
    assert len(rows) == fact["data_rows"]
    assert [sum(column(rows, each)) for each in header[1:]] == fact["column_sums"]
    assert list(rows[0][1].values()) == fact["first"]
    assert to_date(rows[-1][1]["Week"]).isoformat() == fact["last"][0]


def test_a_workbook_with_every_number_format(read, facts):
    cells = facts["tabulator_preserve-formatting.xlsx"]["cells"]

    header, rows = read("tabulator_preserve-formatting.xlsx")

    assert list(header) == cells[0]
    wanted = [(cell or "").removesuffix(" 00:00:00") for cell in cells[1]]
    assert list(rows[0][1].values()) == wanted


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("csvkit_blanks.csv", ["", "NA", "N/A", "NONE", "NULL", "."]),
        ("csvkit_mac_newlines.csv", ["1", "2", "3"]),
        ("csvkit_test_latin1.csv", ["1", "2", "3"]),
        ("csvkit_test_locale.csv", ["1,7", "200.000.000", ""]),
        ("messytables_simple.ssv", ["2011-01-01", "1", "Galway"]),
        ("openrefine_csv-with-bom.csv", ["A1", "B1"]),
    ],
)
def test_small_files_of_bad_habits(read, name, first):
    _header, rows = read(name)

    assert list(rows[0][1].values()) == first


def test_accents_of_a_western_file_survive(read):
    assert read("csvkit_test_latin1.csv")[1][1][1]["c"] == "©"


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("messytables_begrotingsanalyse-2011.csv", 1),
        ("messytables_excel_pasting.csv", 4),
        ("messytables_null.csv", 1),
        ("snipeit_assets-sample-BLANKS.csv", 1),
        ("tabulator_skip-rows-before-headers.csv", 2),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_row(read, name, row):
    with pytest.raises(UnreadableTable) as refusal:
        read(name)

    assert refusal.value.row == row


def test_a_comment_before_the_header_can_be_passed_over(read):
    assert read("tabulator_skip-rows-before-headers.csv", header_row=2)[0] == ("id", "name")
