"""Sign-in: by address and password, throttled, telling strangers nothing."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail

from productops.landing import landing

PASSWORD = "a quiet river bend"
LOGIN = "/accounts/login/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def member(ines):
    ines.set_password(PASSWORD)
    ines.save()
    return ines


def sign_in(client, email="ines@halden.example", password=PASSWORD, **options):
    return client.post(LOGIN, {"login": email, "password": password}, **options)


@pytest.mark.parametrize("email", ["ines@halden.example", "INES@Halden.example"])
def test_a_person_signs_in_by_address_in_any_case(client, member, email):
    response = sign_in(client, email)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("who", "begins"), [("olga", "/"), ("ines", "/"), ("mia", "/work/"), ("rui", "/work/")]
)
def test_each_role_begins_at_its_own_page(request, who, begins):
    assert landing(request.getfixturevalue(who)) == begins


def test_an_unknown_address_and_a_wrong_password_look_the_same(client, member):
    unknown = sign_in(client, "nobody@halden.example")
    wrong = sign_in(client, password="something else entirely")

    assert unknown.context["form"].errors == wrong.context["form"].errors
    assert unknown.status_code == wrong.status_code


def test_who_has_left_cannot_come_in_and_is_out_at_once(client, member):
    sign_in(client)
    member.is_active = False
    member.save()

    assert client.get("/").status_code == 302


def test_many_wrong_passwords_close_the_door_for_that_address_alone(client, member):
    for _number in range(5):
        sign_in(client, password="wrong wrong wrong")

    closed = sign_in(client)
    elsewhere = sign_in(client, REMOTE_ADDR="198.51.100.7")

    assert closed.status_code == 200
    assert "Too many" in str(closed.context["form"].errors)
    assert elsewhere.status_code == 302


def test_one_address_cannot_try_many_people(client, member):
    for number in range(20):
        sign_in(client, f"person{number}@halden.example")

    assert sign_in(client).status_code == 200


@pytest.mark.parametrize("way", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_host_after_signing_in(client, member, way):
    response = client.post(LOGIN, {"login": member.email, "password": PASSWORD, "next": way})

    assert response["Location"] == "/"


def test_signing_out_tells_the_browser_to_forget(as_, member):
    client = as_(member)

    response = client.post("/accounts/logout/")

    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/").status_code == 302


def test_asking_for_the_sign_out_page_signs_nobody_out(as_, member):
    client = as_(member)

    response = client.get("/accounts/logout/")

    assert "Clear-Site-Data" not in response
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("path", ["signup/", "email/", "confirm-email/"])
def test_nobody_enters_themselves(client, member, path):
    assert client.get(f"/accounts/{path}").status_code == 404


def test_a_forgotten_password_looks_the_same_for_strangers_and_mails_members(client, member):
    known = client.post("/accounts/password/reset/", {"email": member.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@halden.example"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [[member.email]]


def test_a_mail_opens_a_page_on_which_a_new_password_is_chosen(client, member):
    client.post("/accounts/password/reset/", {"email": member.email})
    address = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    page = client.get(address, follow=True)

    client.post(
        page.request["PATH_INFO"], {"password1": "three new words", "password2": "three new words"}
    )

    member.refresh_from_db()
    assert member.check_password("three new words")


def test_a_mail_server_that_is_away_tells_a_stranger_nothing(client, member, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    response = client.post("/accounts/password/reset/", {"email": member.email})

    assert (response.status_code, response["Location"]) == (302, "/accounts/password/reset/done/")


def test_the_mail_is_in_our_words(client, member):
    client.post("/accounts/password/reset/", {"email": member.email})

    message = mail.outbox[0]
    assert message.subject == "Choose a new password"
    assert message.body.endswith("Halden Software")
    assert "testserver/accounts/password/reset/key/" in message.body


def test_a_second_factor_is_asked_for_and_kept_encrypted(client, member):
    secret = generate_totp_secret()
    TOTP.activate(member, secret)

    first = sign_in(client)

    assert first["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/").status_code == 302
    assert secret not in str(member.authenticator_set.get().data)


@pytest.mark.parametrize("name", ["password/change/", "2fa/", "3rdparty/", "logout/"])
def test_the_pages_of_ones_own_sign_in_are_shown(as_, member, name):
    assert as_(member).get(f"/accounts/{name}").status_code == 200


@pytest.fixture
def single_sign_on(settings):
    """An identity provider that nobody can reach."""
    app = {
        "provider_id": "sso",
        "name": "Halden ID",
        "client_id": "productops",
        "secret": "not told",
        "settings": {"server_url": "http://127.0.0.1:9/"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}


def test_the_sign_in_page_leads_to_the_identity_provider(client, member, single_sign_on):
    text = client.get(LOGIN).content.decode()

    assert "/accounts/oidc/sso/login/" in text
    assert "not told" not in text


def test_an_identity_provider_that_is_away_is_said_so(client, member, single_sign_on):
    response = client.post("/accounts/oidc/sso/login/")

    assert response.status_code == 503
    assert "identity provider does not answer" in response.content.decode()


def test_an_identity_provider_that_is_none_is_not_found(client, member, single_sign_on):
    assert client.post("/accounts/oidc/other/login/").status_code == 404
