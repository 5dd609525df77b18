import json
import socket

import pytest

from productops import chat
from productops.chat.door import DOOR
from productops.chat.plugins import NATIVE, OTHER_NAMES, PLUGINS, _class

SLACK = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
WORKFLOW = (
    "prod-100.westeurope.logic.azure.com:443/workflows/643e69f83c8944438d68119179a10a64/triggers/"
    "manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODuebWbDGY"
)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (f"slack://{SLACK}/#general", "Slack"),
        (f"https://hooks.slack.com/services/{SLACK}", "Slack"),
        ("https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "Discord"),
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "Discord"),
        (f"https://{WORKFLOW}", "Power Automate / Workflows (for MSTeams)"),
        ("mmosts://chat.halden.example/abcdefghijk1234567890", "Mattermost"),
        ("mattermost://chat.halden.example/abcdefghijk1234567890", "Mattermost"),
        ("rockets://a/b@chat.halden.example/#ops", "Rocket.Chat"),
        ("https://chat.googleapis.com/v1/spaces/AAAA/messages?key=bbbb&token=cccc", "Google Chat"),
        ("matrixs://user:pass@matrix.halden.example/#ops", "Matrix"),
        ("tgram://123456789:ABCdefghijkl_mnopqrstuvwxyz1234567/-1001234", "Telegram"),
        ("zulip://bot@halden/a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6/ops", "Zulip"),
        ("webex://" + "a" * 80, "Cisco Webex Teams"),
        ("ntfys://ntfy.sh/ops", "ntfy"),
        ("gotifys://push.halden.example/AbCdEf0123456789", "Gotify"),
        ("nctalks://user:pass@cloud.halden.example/room1", "Nextcloud Talk"),
    ],
)
def test_the_addresses_of_the_usual_chats_are_understood(address, name):
    assert chat.validate(address) is None
    assert chat.kind_name(address) == name


@pytest.mark.parametrize(
    "address",
    [
        "",
        "slack",
        "slack://",
        "slack://only-one-part",
        "json://halden.example/x",
        "jsons://halden.example/x",
        "xml://halden.example/x",
        "form://halden.example/x",
        "mailto://user:pass@halden.example",
        "file:///etc/passwd",
        "exec://ls",
        "syslog://",
        "dbus://",
        "windows://",
        "mqtt://halden.example/x",
        "apprise://halden.example/x",
        "https://halden.example/webhook",
        "https://hooks.slack.com.evil.example/services/" + SLACK,
        "http://127.0.0.1/services/" + SLACK,
        f"slack://{SLACK}?template=/etc/passwd",
        f"slack://{SLACK}/#ops?template=/etc/passwd",
        f"slack://{SLACK}?format=text&%74emplate=/etc/passwd",
        "ntfys://ntfy.sh/ops?attach=file:///etc/passwd",
        "ntfys://ntfy.sh/ops?verify=no",
        "ntfy://127.0.0.1/ops",
        "ntfy://[::1]/ops",
        "ntfy://169.254.169.254/ops",
        "gotify://10.0.0.5/AbCdEf0123456789",
        "gotify://0x7f.1/AbCdEf0123456789",
        "gotify://2130706433/AbCdEf0123456789",
        "mmost://[::ffff:127.0.0.1]/abcdefghijk1234567890",
        "ntfys://ntfy.sh/ops\nX: y",
        "ntfys://ntfy.sh/" + "a" * 3000,
    ],
)
def test_what_is_no_chat_that_we_may_reach_is_refused_with_a_sentence(address):
    sentence = chat.validate(address)

    assert sentence.endswith(".")
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in sentence


def test_a_message_goes_to_the_channel_as_the_chat_expects_it(server):
    server.gives("/", {"id": "x"})

    chat.send(f"ntfy://{server.place}/ops", "Lead time", "Three days longer than usual.")

    [asked] = server.asked
    assert asked.method == "POST"
    assert asked.json == {
        "topic": "ops",
        "title": "Lead time",
        "message": "Three days longer than usual.",
    }


def test_a_message_to_a_room_that_takes_several_requests_arrives(server):
    """Signing in, joining and writing, as the Matrix API asks for it."""

    def matrix(asked):
        answers = {
            "login": {"access_token": "abc", "home_server": "halden", "user_id": "@bot:halden"},
            "join": {"room_id": "!1:halden"},
        }
        part = next((part for part in answers if part in asked.path), "")
        return 200, {"content-type": "application/json"}, json.dumps(answers.get(part, {})).encode()

    server.otherwise = matrix

    chat.send(f"matrix://bot:pass@{server.place}/!1:halden", "Lead time", "Longer than usual.")

    assert "Longer than usual." in server.asked[-1].body.decode()


def test_a_channel_that_refuses_says_so_by_its_status(server):
    server.gives("/", "no", status=403)

    with pytest.raises(chat.NotSent) as refused:
        chat.send(f"ntfy://{server.place}/ops", "a", "b")

    assert refused.value.status == 403
    assert "403" in str(refused.value)


def test_a_redirect_is_not_followed(server):
    server.gives("/", "", status=307, location=server.url("/elsewhere"))

    with pytest.raises(chat.NotSent):
        chat.send(f"ntfy://{server.place}/ops", "a", "b")

    assert [asked.path for asked in server.asked] == ["/"]


def test_a_name_that_stands_for_this_machine_is_not_reached(server, settings):
    settings.EGRESS_ALLOW = []

    with pytest.raises(chat.NotSent) as refused:
        chat.send(f"ntfy://localhost:{server.port}/ops", "a", "b")

    assert "private network" in str(refused.value)
    assert server.asked == []


def test_a_secret_in_an_address_is_in_no_message_and_no_log(server, caplog):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{closed.getsockname()[1]}"

    with caplog.at_level("DEBUG"), pytest.raises(chat.NotSent) as refused:
        chat.send(f"gotify://{place}/CanaryCanary123", "a", "b")

    assert "Canary" not in repr(refused.value)
    assert "Canary" not in caplog.text


@pytest.mark.parametrize("kind", PLUGINS)
def test_every_chat_goes_through_our_door(kind):
    plugin = _class(kind)

    modules = [
        vars(__import__(base.__module__, fromlist=["x"])).get("requests")
        for base in plugin.__mro__
        if base.__module__.startswith("apprise.plugins.")
    ]
    assert DOOR in modules
    assert {module for module in modules if module is not None} == {DOOR}


def test_every_other_name_and_every_address_of_a_chat_leads_to_one():
    assert set(OTHER_NAMES.values()) | set(NATIVE) <= set(PLUGINS)
    assert [kind for kind in NATIVE if not hasattr(_class(kind), "parse_native_url")] == []
