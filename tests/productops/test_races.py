"""Two who come at once: on a server database, where they really do."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import include, path

from productops import urls as house
from productops.models import IdempotencyKey
from teams.models import Person, Product
from teams.setup import SetUpIsDone, set_up
from tests.productops import test_api

handler400, handler403 = house.handler400, house.handler403
handler404, handler500 = house.handler404, house.handler500
urlpatterns = [path("", include(test_api.__name__))]
AT_ONCE = 20
pytestmark = [
    pytest.mark.urls(__name__),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor == 'sqlite'", reason="in memory there is one connection for all"
    ),
]


def all_at_once(work) -> list:
    """What twenty threads get that begin ``work(number)`` at the same moment."""
    barrier = Barrier(AT_ONCE)

    def begin(number: int):
        try:
            barrier.wait(timeout=20)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(begin, range(AT_ONCE)))


def test_of_many_writers_of_one_version_one_is_right(api, olga, checkout):
    clients = [api(olga) for _number in range(AT_ONCE)]

    def rename(number: int) -> int:
        body = json.dumps({"name": f"Name {number}"})
        url = f"{test_api.URL}{checkout.pk}/"
        headers = {"if-match": '"1"'}
        return clients[number].patch(url, body, "application/json", headers=headers).status_code

    statuses = all_at_once(rename)

    checkout.refresh_from_db()
    winner = statuses.index(200)
    assert sorted(set(statuses)) in ([200, 409], [200, 412], [200, 409, 412])
    assert statuses.count(200) == 1
    assert (checkout.name, checkout.version) == (f"Name {winner}", 2)


def test_one_key_does_its_work_once_however_often_it_is_sent_at_once(api, olga):
    client_headers = api(olga).defaults["HTTP_AUTHORIZATION"]

    def send(number: int) -> tuple[int, dict]:
        client = Client(headers={"authorization": client_headers})
        response = test_api.send(client, "/api/test/sample/", {"number": 1}, idempotency_key="k")
        return response.status_code, response.json()

    answers = all_at_once(send)

    assert answers == [(200, {"number": "1.0", "products": 1})] * AT_ONCE
    assert Product.objects.count() == 1
    assert IdempotencyKey.objects.count() == 1


def test_one_of_many_first_visitors_becomes_administrator(db):
    def begin(number: int) -> bool:
        try:
            set_up(
                organisation="House",
                name=f"Person {number}",
                email=f"person{number}@example.org",
                password="a quiet river bend",
            )
        except SetUpIsDone:
            return False
        return True

    began = all_at_once(begin)

    assert sum(began) == 1
    assert Person.objects.count() == 1
    assert connection.vendor == "postgresql"
