"""Shapes that several tests of charts draw."""

from productops.charts.shapes import (
    Bar,
    Bars,
    Box,
    Bullet,
    Chain,
    Dots,
    Flag,
    Interval,
    Limit,
    Placed,
    Point,
    Quadrant,
    Segment,
    Sparkline,
    Spread,
    Stack,
    Target,
    Tie,
    Track,
    Xmr,
)

VALUES = (9.1, 10.4, None, 9.9, 14.6, 8.6, 9.5, 7.2, 6.3, 5.8, 6.1)
BEFORE = Segment(0, 9.5, 6.9, 12.2, 1.0, 3.27)
AFTER = Segment(7, 6.5, 4.6, 8.5, 0.7, 2.36, provisional=True)


def point(index: int, value: float | None) -> Point:
    return Point(
        label=f"W{index + 1}",
        value=value,
        signal={5: "bad", 7: "good", 8: "neutral"}.get(index, ""),
        excluded="release freeze" if index == 4 else "",
        open=index == len(VALUES) - 1,
        moving_range=None if index in (0, 2, 3) else 0.5 * index,
    )


POINTS = tuple(point(index, value) for index, value in enumerate(VALUES))
XMR = Xmr(
    name="Lead time",
    description="Mean 9.5 before, 6.5 after.",
    points=POINTS,
    segments=(BEFORE, AFTER),
    targets=(Target("target ≤ 7.0", 7.0), Target("plan", values=(None, *(8.0,) * 5, *(7.5,) * 5))),
    flags=(Flag(1, 4), Flag(2, 7, "Went live", divides=True), Flag(3, 7, "Same week")),
    unit="d",
)
RISING = Segment(
    0, 8.0, 6.0, 10.0, 1.0, 3.27, is_sloped=True,
    limits=tuple(Limit(10.5 - i / 3, 8.5 - i / 3, 12.5 - i / 3) for i in range(7)) + (None,) * 4,
)  # fmt: skip
WEIGHED = Segment(
    7, 6.5, 4.6, 8.5, 0.7, 2.36, provisional=True,
    limits=(None,) * 7 + tuple(Limit(6.5, 6.5 - i, 6.5 + i) for i in (1.0, 2.2, 0.8, 1.5)),
)  # fmt: skip
SPARKLINE = Sparkline("Lead time: 6.1 d", POINTS, (BEFORE, AFTER), (Target("", 7.0),))
UNEVEN_SPARKLINE = Sparkline("Share: 6.1 %", POINTS, (RISING, WEIGHED))
BULLET = Bullet("target ≤ 7", 6.1, 4.6, 8.5, 7.0)
INTERVAL = Interval("1.2 (0.4 to 2.1)", 1.2, 0.4, 2.1, reach=3)
DOTS = Dots("spring 1.4, now 1.6, target 3.0", 1.6, 3.0, 1.4)
SPREAD = Spread(
    "3 people, from 1 to 3, middle 3",
    (Stack("0"), Stack("1", 1, 2), Stack("2", 0, 1), Stack("3", 2), Stack("4")),
    3,
)
QUADRANT = Quadrant(
    "Pace against confidence of 4 key results",
    ("On pace, but doubted: 1", "Going well: 1", "Needs help: 1", "Behind, but confident: 1"),
    "confidence said",
    "pace computed",
    (
        Placed(0.1, 0.8, "First answer: on track, confidence 1 of 10", "/k/1/", "bad"),
        Placed(0.1, 0.8, "Nine of ten: on track, confidence 1 of 10", "/k/2/", "bad"),
        Placed(0.9, 0.7, "Fewer hands: on track, confidence 9 of 10", "/k/3/", "good"),
        Placed(0.3, 0.1, "Spend: at risk, confidence 3 of 10", "", "good"),
    ),
    0.45,
)
TRACK = Track("72 percent done", 0.72, 0.58)
BARS = Bars(
    "Spend", (Bar("Miro", 9.6, "€9.6k"), Bar("Figma", 18.2, "€18.2k", "bad"), Bar("Own", None)), 12
)
UNEVEN = Xmr(
    name="Share",
    description="A trend, then limits by the denominator.",
    points=POINTS,
    segments=(RISING, WEIGHED),
    unit="%",
)

CHAIN = Chain(
    name="Strategy map",
    heads=("Pillars", "Objectives", "Key results"),
    boxes=(
        Box(0, 0, "Customers stay"),
        Box(
            1,
            0,
            "Every answer within one working day, whoever asks",
            "80% · Checkout",
            "/o/1/",
            "good",
        ),
        Box(2, 0, "First answer from 26 to 8 hours", "11 h · 26 h → 8 h", "/k/1/", "bad"),
        Box(2, 1, "Nine of ten questions are answered by the first who reads them", "", "/k/2/"),
        Box(1, 2, "Fewer hands", "", "/o/2/", "flat", 1),
    ),
    ties=(Tie(0, 1), Tie(1, 2), Tie(1, 3), Tie(4, 1, "contributes"), Tie(1, 4, "conflicts")),
    rows=3,
)
