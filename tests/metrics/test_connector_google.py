import pytest

from metrics.connectors import connector
from metrics.connectors.google_sheet import csv_address

KEY = "1AbCdEfGhIjKlMnOpQrStUvWxYz-0123456789_abcd"
SHEET = f"https://docs.google.com/spreadsheets/d/{KEY}"
PUBLISHED = "https://docs.google.com/spreadsheets/d/e/2PACX-1vAbCdEfGhIjKl"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (f"{SHEET}/edit?usp=sharing", f"{SHEET}/export?format=csv"),
        (f"{SHEET}/edit#gid=42", f"{SHEET}/export?format=csv&gid=42"),
        (f"{SHEET}/edit?gid=7#gid=42", f"{SHEET}/export?format=csv&gid=42"),
        (f"{SHEET}/edit?gid=7", f"{SHEET}/export?format=csv&gid=7"),
        (f"{SHEET}/view", f"{SHEET}/export?format=csv"),
        (f"{SHEET}/htmlview", f"{SHEET}/export?format=csv"),
        (SHEET, f"{SHEET}/export?format=csv"),
        (f"{SHEET}/export?format=xlsx&gid=3", f"{SHEET}/export?format=csv&gid=3"),
        (f"{SHEET}/gviz/tq?tqx=out:csv&gid=3", f"{SHEET}/export?format=csv&gid=3"),
        (SHEET.replace("/d/", "/u/1/d/") + "/edit", f"{SHEET}/export?format=csv"),
        (SHEET.replace("/spr", "/a/halden.example/spr"), f"{SHEET}/export?format=csv"),
        (f"{PUBLISHED}/pubhtml", f"{PUBLISHED}/pub?output=csv"),
        (
            f"{PUBLISHED}/pubhtml?gid=5&single=true",
            f"{PUBLISHED}/pub?output=csv&gid=5&single=true",
        ),
        (f"{PUBLISHED}/pub?output=csv", f"{PUBLISHED}/pub?output=csv"),
    ],
)
def test_every_link_of_a_google_sheet_leads_to_its_csv(link, address):

    assert csv_address(link) == address
    assert connector("google_sheet").check({"url": link}) == {}


@pytest.mark.parametrize(
    "link",
    [
        "https://docs.google.com/document/d/" + KEY,
        "https://docs.google.com.evil.example/spreadsheets/d/" + KEY,
        "http://docs.google.com/spreadsheets/d/" + KEY,
        "https://docs.google.com:8443/spreadsheets/d/" + KEY,
        "https://docs.google.com/spreadsheets/d/short",
        "https://halden.example/a.csv",
        "",
    ],
)
def test_what_is_no_link_of_a_google_sheet_is_refused(link):
    assert list(connector("google_sheet").check({"url": link})) == ["url"]
