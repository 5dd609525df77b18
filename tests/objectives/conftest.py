"""An objective of Checkout, its key result and a KPI, for the pages' tests."""

from datetime import date

import pytest

from tests.factories.objectives import (
    CycleFactory,
    KeyResultFactory,
    KpiVersionFactory,
    ObjectiveFactory,
)


@pytest.fixture
def objective(checkout, mia):
    return ObjectiveFactory(subject=checkout.subject, owner=mia, title="Decide on evidence")


@pytest.fixture
def key_result(objective, mia):
    return KeyResultFactory(objective=objective, owner=mia, baseline=10, target=20)


@pytest.fixture
def kpi():
    return KpiVersionFactory(kpi__slug="lead-time", kpi__name="Lead time", unit="d").kpi


@pytest.fixture
def cycle_after():
    return CycleFactory(starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))
