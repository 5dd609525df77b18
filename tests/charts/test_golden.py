"""Pictures as they were approved. After a wanted change: WRITE_GOLDEN=1 pytest tests/charts."""

import os
from pathlib import Path

import pytest

from productops import charts
from tests.charts import shapes

GOLDEN = Path(__file__).parent / "golden"
PICTURES = {
    "xmr-wide": lambda: charts.xmr(shapes.XMR),
    "xmr-narrow": lambda: charts.xmr(shapes.XMR, layout=charts.NARROW),
    "xmr-literal": lambda: charts.xmr(shapes.XMR, charts.PRINT),
    "xmr-uneven": lambda: charts.xmr(shapes.UNEVEN),
    "xmr-uneven-narrow": lambda: charts.xmr(shapes.UNEVEN, layout=charts.NARROW),
    "sparkline-uneven": lambda: charts.sparkline(shapes.UNEVEN_SPARKLINE),
    "sparkline": lambda: charts.sparkline(shapes.SPARKLINE),
    "bullet": lambda: charts.bullet(shapes.BULLET),
    "chain": lambda: charts.chain(shapes.CHAIN),
    "dots": lambda: charts.dots(shapes.DOTS),
    "spread": lambda: charts.spread(shapes.SPREAD),
    "interval": lambda: charts.interval(shapes.INTERVAL),
    "quadrant": lambda: charts.quadrant(shapes.QUADRANT),
    "track": lambda: charts.track(shapes.TRACK),
    "bars": lambda: charts.bars(shapes.BARS),
    "bar-row": lambda: charts.bar_row(shapes.BARS.rows[1], shapes.BARS),
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_the_approved_one(name):
    drawn = PICTURES[name]().replace("><", ">\n<") + "\n"
    approved = GOLDEN / f"{name}.svg"
    if os.environ.get("WRITE_GOLDEN"):
        approved.write_text(drawn, encoding="utf-8")

    assert drawn == approved.read_text(encoding="utf-8")
