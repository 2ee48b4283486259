import copy
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import FileError, UsageError
from harness.network.mud import EXTENSION, parties_of, read_mud

NTP = {
    "matches": {"udp": {"destination-port": {"port": 123}}, "ietf-mud:mud": {"controller": "urn:ietf:params:mud:ntp"}}
}


def ace(name, network, transport, port, side="destination"):
    ports = {f"{side}-port": {"operator": "eq", "port": port}}
    return {"name": name, "matches": {"ipv4": network, transport: ports}, "actions": {"forwarding": "accept"}}


def mud():
    out = [
        ace("cloud", {"ietf-acldns:dst-dnsname": "Update.example", "protocol": 6}, "tcp", 443),
        ace("plain", {"destination-ipv4-network": "192.0.2.7/32", "protocol": 6}, "tcp", 1883),
        ace("video", {"ietf-acldns:dst-dnsname": "video.example", "protocol": 17}, "udp", 443),
        ace("names", {"destination-ipv4-network": "192.0.2.53/32"}, "udp", 53),
        NTP | {"name": "time", "actions": {"forwarding": "ietf-access-control-list:accept"}},
        {"name": "rest", "matches": {}, "actions": {"forwarding": "drop"}},
    ]
    back = [
        ace("mavlink", {"protocol": 17}, "udp", 14550),
        ace("answers", {"ietf-acldns:src-dnsname": "update.example", "protocol": 6}, "tcp", 443, side="source"),
    ]
    cloud = {"host": "update.example", "port": 443, "operator": "A", "jurisdiction": "jp", "budget": 1000}
    extension = {
        "article": ["02:00:00:00:00:02"],
        "time-servers": ["time.example"],
        "endpoints": [cloud],
        "permitted-jurisdictions": ["jp"],
        "permitted-operators": ["A"],
    }
    lists = {"acl": [{"name": "out", "aces": {"ace": out}}, {"name": "in", "aces": {"ace": back}}]}
    policy = {
        "mud-version": 1,
        "from-device-policy": {"access-lists": {"access-list": [{"name": "out"}]}},
        "to-device-policy": {"access-lists": {"access-list": [{"name": "in"}]}},
        EXTENSION: extension,
    }
    return {"ietf-mud:mud": policy, "ietf-access-control-list:acls": lists}


@pytest.fixture
def read(tmp_path):
    def through(document):
        path = tmp_path / "mud.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return read_mud(path)

    return through


def test_a_policy_as_a_maker_writes_it(read):
    file = read(mud())
    policy = file.policy
    assert [str(one) for one in policy.endpoints] == [
        "update.example:443/tls",
        "192.0.2.7:1883/tcp",
        "video.example:443/quic",
    ]
    assert (policy.endpoints[0].operator, policy.endpoints[0].budget) == ("A", 1000)
    assert policy.resolvers == ("192.0.2.53",) and policy.time_servers == ("time.example",)
    assert policy.inbound == {("udp", 14550)}
    assert policy.jurisdictions == {"JP"} and policy.operators == {"A"}
    assert file.article == ("02:00:00:00:00:02",)


def test_the_policy_of_the_handbook_is_one(read):
    page = (Path(__file__).parents[3] / "docs" / "audit.md").read_text()
    policy = read(page.split("```json\n")[1].split("```")[0]).policy
    assert [str(one) for one in policy.endpoints] == ["telemetry.dronecert.example:443/tls"]
    assert policy.endpoints[0].budget == 5_000_000 and policy.inbound == {("udp", 14550)}


def change(path, value):
    document = copy.deepcopy(mud())
    place = document
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


OUT = ("ietf-access-control-list:acls", "acl", 0, "aces", "ace")
OWN = ("ietf-mud:mud", EXTENSION)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ((*OWN, "draft"), True, "draft"),
        ((*OWN, "resolver"), [], "unknown resolver"),
        ((*OWN, "time-servers"), [], "controller urn:ietf:params:mud:ntp: give its addresses"),
        ((*OWN, "endpoints"), [{"host": "other.example"}], "no access list lets other.example:443/tcp pass"),
        ((*OWN, "endpoints"), [{"host": "update.example", "budget": "1"}], "wanted a number"),
        ((*OWN, "endpoints"), [{"host": "update.example", "protocol": "sctp"}], "protocol tls, quic, tcp or udp"),
        ((*OUT, 0, "matches", "ipv4", "dscp"), 1, "cannot read the match dscp"),
        ((*OUT, 0, "matches", "icmp"), {}, "cannot read the match icmp"),
        ((*OUT, 0, "matches", "ipv4", "protocol"), 47, "protocol 47"),
        ((*OUT, 0, "matches", "ipv4", "protocol"), [6], "protocol"),
        ((*OUT, 0, "matches", "tcp", "destination-port", "operator"), "gte", "operator eq"),
        ((*OUT, 0, "matches", "tcp", "destination-port", "port"), 0, "port of 1 to 65535"),
        ((*OUT, 1, "matches", "ipv4", "destination-ipv4-network"), "192.0.2.0/24", "whole network"),
        ((*OUT, 1, "matches", "ipv4", "destination-ipv4-network"), "here", "is no address"),
        ((*OUT, 2, "matches", "ipv4", "ietf-acldns:dst-dnsname"), "*", "everywhere is no endpoint"),
        ((*OUT, 0, "matches", "ipv4", "ietf-acldns:dst-dnsname"), None, "wanted one of dst-dnsname"),
        ((*OUT, 0, "actions"), {"forwarding": "drop"}, "stand last"),
        ((*OUT, 4, "matches", "ietf-mud:mud"), {"local-networks": [None]}, "names no server"),
        (("ietf-access-control-list:acls", "acl", 0, "name"), "else", "is not in the file"),
        (("ietf-mud:mud", "from-device-policy"), [], "wanted an object"),
        (("ietf-mud:mud",), None, "wanted an object"),
    ],
)
def test_what_cannot_be_read_is_refused(read, path, value, says):
    with pytest.raises(FileError, match=says):
        read(change(path, value))


@pytest.mark.parametrize("text", ["", "{", "[]", "1", "[" * 100_000, '{"ietf-mud:mud": 1}', "\x00", "NaN"])
def test_what_is_no_mud_file_is_one_clear_error(read, text):
    with pytest.raises(FileError):
        read(text)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda x: st.lists(x, max_size=3))


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_any_change_gives_a_policy_or_one_clear_error(tmp_path_factory, data):
    document, place = mud(), None
    place = document
    while isinstance(place, dict | list) and place:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            place[key] = data.draw(JSON)
            break
        place = place[key]
    path = tmp_path_factory.getbasetemp() / "changed.json"
    path.write_text(json.dumps(document))
    try:
        read_mud(path)
    except FileError as error:
        assert str(error)


def test_the_article_by_mac_and_by_address():
    parties = parties_of(("02-00-00-00-00-0A", "10.0.0.2", "fd00::2"))
    assert parties.macs == {"02:00:00:00:00:0a"} and parties.addresses == {"10.0.0.2", "fd00::2"}
    with pytest.raises(UsageError, match="is not an IP address"):
        parties_of(("drone",))
