import pytest

from tests.process.installation import Installation


@pytest.fixture(scope="session")
def blueprint(tmp_path_factory):
    """An installation whose tables stand; the others copy its database instead of migrating."""
    installation = Installation(tmp_path_factory.mktemp("blueprint"))
    installation.manage("migrate", "--verbosity", "0")
    yield installation
    installation.close()
