from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms

from productops.fields import (
    AmountField,
    DateField,
    MomentField,
    NumberField,
    TextField,
    WholeField,
)


class Everything(forms.Form):
    number = NumberField(low=0, high=10, required=False)
    whole = WholeField(low=1, high=4, required=False)
    amount = AmountField(required=False)
    day = DateField(required=False)
    moment = MomentField(required=False)
    text = TextField(longest=5, required=False)
    lines = TextField(longest=50, has_lines=True, required=False)


def test_a_form_gives_clean_values():
    form = Everything(
        {
            "number": "1.5",
            "whole": "3",
            "amount": "12.50",
            "day": "2026-03-31",
            "moment": "2026-07-01",
            "text": " Cafe\u0301 ",
            "lines": "a\r\nb",
        }
    )

    assert form.is_valid()
    assert form.cleaned_data == {
        "number": 1.5,
        "whole": 3,
        "amount": Decimal("12.50"),
        "day": date(2026, 3, 31),
        "moment": datetime(2026, 6, 30, 22, tzinfo=UTC),
        "text": "Café",
        "lines": "a\nb",
    }


@pytest.mark.parametrize("blank", ["", "   "])
def test_what_was_left_out_is_nothing(blank):
    form = Everything(dict.fromkeys(Everything.base_fields, blank))

    assert form.is_valid()
    assert form.cleaned_data == {
        **dict.fromkeys(("number", "whole", "amount", "day", "moment")),
        "text": "",
        "lines": "",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("number", text) for text in ("1,5", "NaN", "1e999", "١٢", "-1", "11", "1\x00")],
        *[("whole", text) for text in ("0", "5", "1.5", "9" * 5000)],
        *[("amount", text) for text in ("0.001", "1e13", "€5")],
        *[("day", text) for text in ("31/03/2026", "9999-12-31", "2023-02-29")],
        *[("moment", text) for text in ("noon", "2026-03-29T02:30")],
        *[("text", text) for text in ("abcdef", "a\x00", "\ud800", "a\nb")],
        ("lines", "a\x07"),
    ],
)
def test_what_cannot_be_read_is_an_error_at_its_field(field, value):
    form = Everything({field: value})

    assert list(form.errors) == [field]
    assert form.errors[field][0].endswith(".")


def test_a_date_is_shown_as_its_calendar_wants_it():
    assert 'value="2026-03-31"' in str(Everything(initial={"day": date(2026, 3, 31)})["day"])
    assert 'type="date"' in str(Everything()["day"])
