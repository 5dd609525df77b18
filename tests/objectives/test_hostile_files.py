"""Files that mean harm, or two things at once: refused by row and column, or taken as they say."""

import io
import time

import pytest

from objectives.exchange import kpis, objectives
from objectives.models import CheckIn, KeyResult, Kpi, Objective
from productops.exchange import Refused
from tests.factories.objectives import (
    CycleFactory,
    KeyResultFactory,
    ObjectiveFactory,
)
from tests.objectives.test_exchange import given, refused, taken

HEADER = "cycle,objective,about,key_result,baseline,target"


@pytest.fixture
def cycle(db):
    return CycleFactory(slug="q4")


# The same words twice -----------------------------------------------------------------------
def test_key_results_of_the_same_words_stay_two(cycle, ines):
    objective = ObjectiveFactory(cycle=cycle, owner=ines)
    for target in (10, 20):
        KeyResultFactory(
            objective=objective, owner=ines, title="Hours", baseline=0, commit=target * 0.4,
            target=target, stretch=target * 1.5,
        )  # fmt: skip
    lines = given(objectives)

    assert taken(objectives, *lines) == (0, 0, 2)
    assert list(KeyResult.objects.order_by("pk").values_list("target", flat=True)) == [10, 20]
    Objective.objects.all().delete()
    taken(objectives, *lines)
    assert given(objectives) == lines


def test_a_file_does_not_choose_between_objectives_of_the_same_words(cycle, ines):
    one, other = (ObjectiveFactory(cycle=cycle, title="Run", owner=ines) for _number in range(2))

    assert refused(objectives, HEADER, "q4,Run,,Hours,1,2", by=ines) == [(2, "objective")]
    other.edit(by=ines, why="For the second half")
    KeyResultFactory(objective=other, owner=ines, commit=0.5, stretch=2)
    lines = given(objectives)
    assert taken(objectives, *lines) == (0, 0, 2)


# Rights -------------------------------------------------------------------------------------
def test_a_row_about_nothing_is_about_the_organisation_and_wants_its_rights(cycle, mia):
    assert refused(objectives, HEADER, "q4,Run,,Hours,1,2", by=mia) == [(2, "about")]


# Numbers ------------------------------------------------------------------------------------
@pytest.mark.parametrize("share", ["1e100", "-1e100", "nan", "12345678", "١٢"])
def test_a_share_beyond_all_reason_is_refused(cycle, ines, share):
    header = "cycle,objective,key_result,percent_done"

    found = refused(objectives, header, f"q4,Run,Hours,{share}", by=ines)

    assert found == [(2, "percent_done")]
    assert not CheckIn.objects.exists()


def test_a_share_of_a_number_at_the_end_of_all_numbers_is_refused(cycle, ines):
    header = "cycle,objective,key_result,baseline,target,percent_done"

    found = refused(objectives, header, "q4,Run,Hours,0,7e99,9000", by=ines)

    assert found == [(2, "percent_done")]


# Packs --------------------------------------------------------------------------------------
CARD = "kpis:\n- slug: lead-time\n  name: Lead time\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{CARD}  unit: 0x{'f' * 5_000}\n",
        f"{CARD}  low: 0b{'1' * 20_000}\n",
        f"{CARD}  raises: [0x{'f' * 5_000}]\n",
        f"{CARD}  raises: [{{slug: a, 0x{'f' * 5_000}: 1}}]\n",
        f"{CARD}  low: {'59:' * 20_000}1\n",
        f"{CARD}  low: {'9' * 5_000}\n",
        f"{CARD}  unit: {'[' * 5_000}\n",
        f"{CARD}  unit: &a x\n  formula: *a\n",
        f"{CARD}  unit: !!python/object/apply:os.getcwd []\n",
        f"{CARD}  unit: !!set {{a, b}}\n",
        f"{CARD}  unit: !!binary aGVsbG8=\n",
        f"{CARD}  unit: d\n  unit: h\n",
        f"{CARD}  ? [a, b]\n  : c\n",
        f'{CARD}  name: "\\0"\n',
        f'{CARD}  name: "\\ud800"\n',
        "kpis: [null, 1]",
        "kpis: {}",
        "- kpis",
        "\x00",
        "",
    ],
)
def test_a_pack_that_means_harm_is_refused_in_time(db, text):
    begun = time.monotonic()

    with pytest.raises(Refused) as refusal:
        kpis.take(io.BytesIO(text.encode("utf-8", "surrogatepass")), "pack.yaml", None, {})

    assert refusal.value.report.refused[0].reason
    assert time.monotonic() - begun < 5
    assert not Kpi.objects.exists()
