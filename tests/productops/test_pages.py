"""Home, My work, search and settings, for each of the cast."""

import pytest
from django.urls import reverse

PAGES = ["home", "work", "search", "settings", "account", "token-list", "change-list"]


@pytest.mark.parametrize("name", PAGES)
def test_an_administrator_reads_every_page_of_the_kernel(as_, olga, name):
    response = as_(olga).get(reverse(name))

    assert response.status_code == 200
