"""One story through all six apps, by what the pages, the mails and the API offer and nothing else.

Mia's product knows little about where it stands. The audit says so, an objective answers it, a
change of process is to move a number, and the number says that it did.
"""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from productops.clock import today
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db
KPI = "Changes with a baseline"
AUDIT = "Product practice, autumn"
BET = "Write the baseline into every bet"
QUESTION = "Before you change a product or a process, what do you know about where you stand?"


def month_ago(number: int) -> date:
    """The first day of the month that was so many months ago."""
    day = today().replace(day=1)
    for _month in range(number):
        day = (day - timedelta(days=1)).replace(day=1)
    return day


@pytest.fixture
def organisation_at_work(checkout_team, billing_team, mia, jonas, ines, olga, astrid):
    """Two products with a product manager each, product operations, and an executive."""


def prepare(ops: Visitor) -> None:
    """What an installation needs once: questionnaires, a cycle, the KPI catalogue."""
    ops.open("/audits/").click("See the questionnaires").press("Load the library")
    ops.open("/objectives/").click("Cycles").click("New cycle")
    starts, ends = today() - timedelta(days=20), today() + timedelta(days=70)
    ops.press("Save", name="Autumn", starts_on=starts, ends_on=ends)
    ops.open("/objectives/kpis/").click("Choose from the library").press("Add all")


def send_audit(ops: Visitor) -> None:
    ops.open("/audits/").click("New audit").press(
        "Go on to the people",
        framework_version="Product practice",
        title=AUDIT,
        subjects=["Checkout", "Billing · Product"],
        closes_on=today() + timedelta(days=10),
    )
    ops.press("Send")


def answer(visitor: Visitor, address: str, level: str) -> Visitor:
    """Answer every question with one level; a click to choose and one to continue."""
    visitor.open(address).press("Start")
    while "/q/" in visitor.url:
        visitor.press("Continue", answer=level)
        visitor.clicks += 1
    return visitor.press("Submit")


def raise_objective(ops: Visitor) -> None:
    """From the ranked gaps of a closed audit in two clicks, and a key result on a KPI."""
    before = ops.clicks
    ops.press("Create objective", gap=["Choose Measurement"]).press("Save")
    assert ops.clicks - before == 2
    ops.click("Add key result").press(
        "Save", title="Most changes have a baseline", kpi=KPI, baseline="20", target="50"
    )


def publish_process(author: Visitor, approver: Visitor) -> None:
    author.open("/processes/").click("New process").press("Use it Discovery cadence")
    author.press("Send for review")
    approver.open("/work/").click("Review “Discovery cadence”").press("Approve and publish")


def token_of(ops: Visitor) -> str:
    ops.open("/settings/tokens/").press("Make token", name="Delivery", scope="Send observations")
    return re.findall(r"po_[\w-]{30,}", ops.text)[0]


def observe(program: Client, months: range, share_of) -> None:
    """Send one number a month; what is shown in percent counts its numerators in hundredths."""
    rows = [
        {
            "kpi": "changes-with-a-baseline",
            "product": "checkout",
            "at": str(month_ago(number) + timedelta(days=9)),
            "numerator": share_of(number) * 40,
            "denominator": 40,
        }
        for number in months
    ]
    answered = program.post(
        "/api/v1/observations/", {"observations": rows}, content_type="application/json"
    )
    assert (answered.status_code, answered.json()["created"]) == (200, len(rows))


def improve(ops: Visitor, settle, program: Client) -> None:
    """Plan, promise, approve, go live, measure, and sign what follows."""
    observe(program, range(30, 9, -1), lambda number: 20 + (number * 7) % 5)
    settle()
    ops.open("/objectives/").click("Measurement").click("Most changes").click("Plan improvement")
    ops.press(
        "Plan improvement",
        title=BET,
        hypothesis="Who has to write it down has it.",
        revision="Discovery cadence",
        smallest_effect="5",
    )
    ops.press("Approve").click("Go live").press("It is live", on=month_ago(9))
    observe(program, range(9, 0, -1), lambda number: 50 + number % 4)
    settle()
    ops.open("/work/").click(BET).press("Sign", ruling="Keep")


def show_on_dashboard(ops: Visitor) -> None:
    ops.open("/dashboards/").click("New dashboard").press("Make dashboard", title="Product health")
    ops.press("Add", series=KPI, group="Decisions")


def test_the_line_is_walked_from_an_answer_to_a_verdict_and_back(
    organisation_at_work, visits, stranger, mailed, settle, ines, olga, mia, jonas, astrid
):
    ops = visits(ines)
    prepare(ops)
    send_audit(ops)
    phone = answer(stranger(), mailed(mia), "1")
    answer(stranger(), mailed(jonas), "3")
    questions = phone.posts - 2
    assert phone.clicks == 2 * questions + 2  # the third of the three is the mail's own button
    ops.open("/audits/").click(AUDIT).click("Close").press("Close and work out the result")
    raise_objective(ops)
    publish_process(visits(ines), visits(olga))

    improve(ops, settle, Client(headers={"authorization": f"Bearer {token_of(ops)}"}))
    assert ops.sees("Improved")
    assert ops.sees("rose from")
    ops.press("Close this gap: Measurement")
    show_on_dashboard(ops)

    row = visits(astrid).open("/d/product-health/")
    assert row.sees("Better than usual")
    trace = row.click(KPI).click("Trace")
    answered = f"{QUESTION}: An impression"
    assert trace.sees(answered)
    forward = trace.click(f"Trace from here: {answered}")
    assert [forward.sees(words) for words in (BET, "Kept", "Improved")] == [True, True, True]


def test_what_belongs_to_others_is_counted_in_a_trace_and_not_shown(
    organisation_at_work, visits, ines, mia, jonas
):
    ops = visits(ines)
    prepare(ops)
    ops.open("/objectives/kpis/").click(KPI).click("Add a series")
    ops.press("Save", subject="Checkout")

    own = visits(mia).open("/objectives/kpis/changes-with-a-baseline/").click("Trace")
    other = visits(jonas).open("/objectives/kpis/changes-with-a-baseline/").click("Trace")

    assert (own.sees("Checkout"), own.sees("belongs to others")) == (True, False)
    assert (other.sees("Checkout"), other.sees("1 more record belongs to others")) == (False, True)
