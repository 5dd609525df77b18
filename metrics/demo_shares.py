"""The one KPI of the demo that is read by another chart than the plain one."""

from random import Random

from metrics.actions.ingest import Row
from metrics.actions.methods import choose_method
from objectives.choices import Chart
from productops.demo import Story

SHARE = "activation-within-7-days"
SIGN_UPS = (150, 400, 1200)  # in a week


def shares(rows: list[Row], mean: float, story: Story) -> list[Row]:
    """The share of the week's sign-ups, of whom there are few in some weeks and many in others:
    the fewer, the further it strays."""
    luck, found = Random(f"sign-ups {story.seed}"), []
    for row in rows:
        count, value = luck.choice(SIGN_UPS), row.numerator / row.denominator
        share = mean + (value - mean) * (SIGN_UPS[1] / count) ** 0.5
        found.append(row._replace(numerator=round(share * count), denominator=float(count)))
    return found


def choose_chart(story: Story) -> None:
    choose_method(
        series=story.cast[SHARE],
        rule_set="wheeler",
        chart=Chart.P,
        season=0,
        reason="Sign-ups differ by a factor of eight from week to week.",
        by=story.cast["ines"],
    )
