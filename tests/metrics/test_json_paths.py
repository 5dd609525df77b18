import time

import pytest

from metrics.connectors.http_json.paths import BadPath, compiled

DOUBLING = "|".join(["[@,@][]"] * 60)
BOMBS = [
    (DOUBLING, [1]),
    ("|".join(["[@,@]"] * 30) + "|" + "|".join(["[]"] * 30), [1]),
    ("|".join(["to_string([@])"] * 40), '"' * 1000),
    ("join(glue, list)", {"glue": "y" * (1 << 20), "list": ["x"] * 400}),
    ("|".join(["{a: @, b: @} | [a, b][]"] * 40), [1]),
    ("map(&map(&map(&@, @), @), @)", [[[1] * 200] * 200] * 200),
]


@pytest.mark.parametrize(("path", "value"), BOMBS, ids=range(len(BOMBS)))
def test_a_path_that_makes_much_of_little_ends_soon(path, value):
    path = compiled(path)
    started = time.monotonic()

    with pytest.raises(BadPath):
        path.find(value)

    assert time.monotonic() - started < 8


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("a.b[0]", {"a": {"b": [7]}}, 7),
        ("[?a > `1`].b", [{"a": 1, "b": 1}, {"a": 2, "b": 2}], [2]),
        ("join(', ', @)", ["a", "b"], "a, b"),
        ("sort_by(@, &a)[-1].a", [{"a": 3}, {"a": 1}], 3),
        ("missing.path", {}, None),
    ],
)
def test_a_usual_path_finds_what_it_names(path, value, found):
    assert compiled(path).find(value) == found


def test_a_wrong_path_says_where_it_is_wrong():
    with pytest.raises(BadPath, match="This is no path from character 6 on"):
        compiled("items]")
