"""An objective of Checkout, its key result and a KPI, for the pages' tests."""

import pytest

from tests.factories.objectives import (
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
