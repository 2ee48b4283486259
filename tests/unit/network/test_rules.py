import socket
import struct
from dataclasses import replace

import pytest

from harness.drone.network.resolver import encode_query
from harness.instruments.gateway.answers import answer_dns
from harness.network import Endpoint, FlowVerdict, Policy, tls
from harness.network.decode import ACK, RST, SYN, Frame
from harness.network.dns import Names, parse_message
from harness.network.flows import FlowBook, group_flows
from harness.network.rules import Judge
from harness.network.watch import Watch

US, RESOLVER, SERVER = "10.77.0.2", "10.77.0.1", "192.0.2.10"
BENCH, STRANGER = "10.77.0.8", "203.0.113.9"
HOST = "update.example-drone.jp"
QUERY = encode_query(HOST, 77)
ANSWER = answer_dns(QUERY, lambda name: SERVER)
NTP = b"\x23" + bytes(47)


def sent(protocol, responder, payload=b"", **changes):
    base = {"source": US, "destination": responder[0], "source_port": 5000, "destination_port": responder[1]}
    return Frame(number=1, time=10.0, size=60, protocol=protocol, payload=payload, **(base | changes))


def got(protocol, sender, payload=b"", **changes):
    base = {"source": sender[0], "destination": US, "source_port": sender[1], "destination_port": 5000}
    return Frame(number=2, time=10.0, size=60, protocol=protocol, payload=payload, **(base | changes))


def flows_of(*frames):
    return group_flows(frames, lambda frame: frame.source == US)


def hello(name=HOST, extra=b""):
    value = b"\0" + struct.pack(">H", len(name)) + name.encode()
    value = struct.pack(">H", len(value)) + value
    extensions = struct.pack(">HH", 0, len(value)) + value + extra if name else extra
    body = b"\3\3" + bytes(32) + b"\0" + b"\0\2\x13\1" + b"\1\0" + struct.pack(">H", len(extensions)) + extensions
    message = b"\1" + len(body).to_bytes(3, "big") + body
    return b"\x16\3\1" + struct.pack(">H", len(message)) + message


def server_hello(version, cipher=b"\x13\1"):
    body = version + bytes(32) + b"\0" + cipher + b"\0"
    message = b"\2" + len(body).to_bytes(3, "big") + body
    return b"\x16\3\3" + struct.pack(">H", len(message)) + message


def tls_flow(*payloads, port=443, responder=SERVER, replies=()):
    frames, place = [sent("tcp", (responder, port), kind=SYN, sequence=99)], 100
    for payload in payloads:
        frames.append(sent("tcp", (responder, port), payload, kind=ACK, sequence=place))
        place += len(payload)
    frames += [got("tcp", (responder, port), reply, kind=ACK, sequence=1) for reply in replies]
    return flows_of(*frames)[0]


@pytest.fixture
def judge(policy):
    names = Names()
    names.learn(parse_message(ANSWER), 9.0)
    return Judge(policy, names, {(BENCH, 7, US, 9): [b"probe"]}, frozenset({BENCH}))


def verdict(judge, flow):
    judgement = judge.judge(flow)
    return judgement.verdict, judgement.reason


def undeclared(judge, flow, reason):
    said, why = verdict(judge, flow)
    return said is FlowVerdict.UNDECLARED and reason in why


def test_tls_to_a_declared_name_at_its_resolved_address(judge):
    judgement = judge.judge(tls_flow(hello()))
    assert judgement.verdict is FlowVerdict.DECLARED and judgement.endpoint == f"{HOST}:443/tls"
    assert judge.judge(tls_flow(hello()[:50], hello()[50:])).verdict is FlowVerdict.DECLARED
    assert judge.judge(tls_flow()).verdict is FlowVerdict.DECLARED


@pytest.mark.parametrize(
    ("flow", "reason"),
    [
        (tls_flow(hello("evil.example")), "server name evil.example"),
        (tls_flow(hello("")), "server name none"),
        (tls_flow(hello(), port=8443), "undeclared destination 192.0.2.10:8443"),
        (tls_flow(hello(), responder="192.0.2.99"), "undeclared destination 192.0.2.99:443"),
        (tls_flow(hello(extra=b"\xfe\x0d\0\1\0")), "hidden"),
        (tls_flow(b"POST / HTTP/1.1\r\n"), "no TLS to a TLS endpoint"),
        (tls_flow(hello()[:-1]), "not complete"),
        (
            flows_of(
                sent("tcp", (SERVER, 443), hello(), kind=ACK, sequence=5),
                sent("tcp", (SERVER, 443), hello("evil.example-drone.jp!"), kind=ACK, sequence=5),
            )[0],
            "two different segments",
        ),
        (flows_of(sent("udp", (SERVER, 443), b"quic"))[0], "undeclared destination"),
    ],
)
def test_what_only_looks_like_it_is_undeclared(judge, flow, reason):
    assert undeclared(judge, flow, reason), verdict(judge, flow)


def test_an_address_counts_from_its_resolution_on(policy):
    names = Names()
    names.learn(parse_message(ANSWER), 10.5)
    assert undeclared(Judge(policy, names, {}), tls_flow(hello()), "undeclared destination")


def test_an_endpoint_declared_by_address_takes_no_name():
    judge = Judge(Policy(endpoints=(Endpoint(address=SERVER),)), Names(), {})
    assert judge.judge(tls_flow(hello(""))).verdict is FlowVerdict.DECLARED
    assert undeclared(judge, tls_flow(hello()), f"server name {HOST}")


def test_plain_tcp_and_udp_endpoints_are_judged_by_address_and_port():
    ends = (Endpoint(address=SERVER, port=554, protocol="tcp"), Endpoint(address=SERVER, port=554, protocol="udp"))
    judge = Judge(Policy(endpoints=ends[:1]), Names(), {})
    assert judge.judge(tls_flow(b"RTSP", port=554)).verdict is FlowVerdict.DECLARED
    datagram = flows_of(sent("udp", (SERVER, 554), b"x"))[0]
    assert judge.judge(datagram).verdict is FlowVerdict.UNDECLARED
    assert Judge(Policy(endpoints=ends), Names(), {}).judge(datagram).verdict is FlowVerdict.DECLARED


def test_old_tls_is_declared_but_weak(judge):
    ((kind, detail),) = judge.judge(tls_flow(hello(), replies=[server_hello(b"\3\2")])).weak
    assert kind == "old-tls" and "0x0302" in detail
    # static RSA, and ephemeral finite-field Diffie-Hellman
    for suite in ("002f", "009e"):
        ((kind, detail),) = judge.judge(tls_flow(hello(), replies=[server_hello(b"\3\3", bytes.fromhex(suite))])).weak
        assert kind == "weak-cipher" and f"0x{suite}" in detail
    assert judge.judge(tls_flow(hello(), replies=[server_hello(b"\3\3", b"\xc0\x2b")])).weak == ()
    assert judge.judge(tls_flow(hello(), replies=[server_hello(b"\3\3")])).weak == ()
    assert judge.judge(tls_flow(hello(), replies=[b"\x15\3\3\0\2\2\x28"])).weak == ()


def test_queries_for_declared_names_pass(judge):
    assert judge.judge(flows_of(sent("udp", (RESOLVER, 53), QUERY))[0]).verdict is FlowVerdict.DECLARED
    with_edns = QUERY[:11] + b"\1" + QUERY[12:] + b"\0\0\x29\x10\0\0\0\0\0\0\0"
    assert judge.judge(flows_of(sent("udp", (RESOLVER, 53), with_edns))[0]).verdict is FlowVerdict.DECLARED


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (encode_query("c2VjcmV0.tunnel.example", 1), "undeclared name c2vjcmv0.tunnel.example"),
        (encode_query(HOST, 1)[:-3] + b"\x10\0\1", "record type 16"),
        (QUERY + b"leak", "more than one question"),
        (ANSWER, "more than one question"),
        (QUERY[:11] + b"\1" + QUERY[12:] + b"\0\0\x29\x10\0\0\0\0\0\0\4leak", "more than one question"),
        (b"leak", "no DNS query"),
    ],
)
def test_a_query_that_carries_something_is_undeclared(judge, payload, reason):
    assert undeclared(judge, flows_of(sent("udp", (RESOLVER, 53), payload))[0], reason)
    second = flows_of(sent("udp", (RESOLVER, 53), QUERY), sent("udp", (RESOLVER, 53), payload))
    assert undeclared(judge, second[0], reason)


def test_names_are_learned_from_declared_resolvers_in_answer_to_the_article_only(policy):
    def known(*frames):
        watch, book = Watch(policy, lambda socket: []), FlowBook()
        for frame in frames:
            ours = frame.source == US
            watch.see(book.flow_of(frame, ours), frame, ours)
        return watch.names.names_of(SERVER)

    assert known(sent("udp", (RESOLVER, 53), QUERY), got("udp", (RESOLVER, 53), ANSWER)) == (HOST,)
    assert known(sent("udp", ("8.8.8.8", 53), QUERY), got("udp", ("8.8.8.8", 53), ANSWER)) == ()
    other = encode_query(HOST, 78)
    assert known(sent("udp", (RESOLVER, 53), other), got("udp", (RESOLVER, 53), ANSWER)) == ()
    assert known(got("udp", (RESOLVER, 53), ANSWER), sent("udp", (RESOLVER, 53), QUERY)) == ()
    assert known(sent("udp", (RESOLVER, 53), QUERY), sent("udp", (RESOLVER, 53), ANSWER)) == ()
    assert known(sent("udp", (RESOLVER, 53), QUERY), got("udp", (RESOLVER, 53), ANSWER[:20])) == ()


def test_time_is_asked_of_a_declared_server_in_a_plain_way():
    judge = Judge(Policy(endpoints=(), time_servers=(SERVER,)), Names(), {})
    assert judge.judge(flows_of(sent("udp", (SERVER, 123), NTP))[0]).verdict is FlowVerdict.DECLARED
    for payload in (NTP + b"leak", b"\x24" + NTP[1:], b""):
        assert undeclared(judge, flows_of(sent("udp", (SERVER, 123), payload))[0], "no plain NTP request")
    assert undeclared(judge, flows_of(sent("udp", ("192.0.2.99", 123), NTP))[0], "undeclared destination")


def call(sender, protocol="tcp", answer=SYN | ACK, payload=b""):
    """A flow that `sender` began on the article's port 5000 and that the article answered."""
    begun = got(protocol, (sender, 7), kind=SYN if protocol == "tcp" else 0, sequence=4)
    return flows_of(begun, sent(protocol, (sender, 7), payload, kind=answer if protocol == "tcp" else 0))[0]


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
def test_an_answer_to_a_stranger_is_undeclared_unless_the_service_is_declared(judge, policy, protocol):
    stranger = call(STRANGER, protocol, payload=b"35.6762,139.6503")
    assert undeclared(judge, stranger, f"answers {STRANGER}:7, which called undeclared port 5000/{protocol}")
    assert verdict(judge, call(BENCH, protocol)) == (FlowVerdict.INBOUND, "begun by the bench")
    other = "udp" if protocol == "tcp" else "tcp"
    for service, expected in ((protocol, FlowVerdict.INBOUND), (other, FlowVerdict.UNDECLARED)):
        offered = replace(policy, inbound=frozenset({(service, 5000)}))
        assert Judge(offered, Names(), {}).judge(stranger).verdict is expected


def test_refusing_a_stranger_gives_nothing_away(judge):
    assert verdict(judge, call(STRANGER, answer=RST | ACK)) == (FlowVerdict.INBOUND, "refused")
    assert undeclared(judge, call(STRANGER, answer=RST | ACK, payload=b"leak"), "undeclared port 5000/tcp")


@pytest.mark.parametrize("sender", [BENCH, STRANGER])
def test_an_echo_is_given_back_as_it_came(judge, sender):
    ping = got("icmp", (sender, 5000), b"\x08\0\1\2ping", kind=8)
    pong = sent("icmp", (sender, 5000), b"\0\0\1\3ping", kind=0)
    assert verdict(judge, flows_of(ping, pong)[0]) == (FlowVerdict.INBOUND, "gives an echo back")
    leak = sent("icmp", (sender, 5000), b"\0\0\1\3leak", kind=0)
    assert undeclared(judge, flows_of(ping, pong, leak)[0], "does not give back")
    own = sent("icmp", (sender, 5000), b"\x08\0\1\2ping", kind=8)
    assert judge.judge(flows_of(ping, own)[0]).verdict is FlowVerdict.UNDECLARED


def test_what_answers_no_known_protocol_is_undeclared(judge):
    tunnel = flows_of(got("ip-47", (BENCH, 0), destination_port=0), sent("ip-47", (BENCH, 0), b"leak", source_port=0))
    assert judge.judge(tunnel[0]).verdict is FlowVerdict.UNDECLARED


IP_HEAD = b"\x45" + bytes(8) + b"\x11" + bytes(2) + socket.inet_aton(BENCH) + socket.inet_aton(US)


def unreachable(quoted, unused=bytes(4)):
    payload = b"\3\3" + bytes(2) + unused + quoted
    return flows_of(sent("icmp", (BENCH, 0), payload, kind=3, source_port=0))[0]


@pytest.mark.parametrize(
    ("ports", "rest", "expected"),
    [
        ((7, 9), b"", FlowVerdict.INBOUND),
        ((7, 9), b"pro", FlowVerdict.INBOUND),
        ((7, 9), b"leak", FlowVerdict.UNDECLARED),
        ((7, 10), b"", FlowVerdict.UNDECLARED),
    ],
)
def test_port_unreachable_must_quote_a_packet_that_came(judge, ports, rest, expected):
    quoted = IP_HEAD + struct.pack(">HHHH", *ports, 13, 0) + rest
    assert judge.judge(unreachable(quoted)).verdict is expected
    assert judge.judge(unreachable(b"")).verdict is FlowVerdict.UNDECLARED


@pytest.mark.parametrize("place", [0, 9, 12, 19])
def test_port_unreachable_hides_nothing_in_the_header_that_it_quotes(judge, place):
    datagram = struct.pack(">HHHH", 7, 9, 13, 0)
    changed = bytearray(IP_HEAD)
    changed[place] ^= 1
    assert judge.judge(unreachable(IP_HEAD + datagram)).verdict is FlowVerdict.INBOUND
    assert judge.judge(unreachable(bytes(changed) + datagram)).verdict is FlowVerdict.UNDECLARED
    assert judge.judge(unreachable(IP_HEAD + datagram, unused=b"leak")).verdict is FlowVerdict.UNDECLARED


def test_bytes_beside_the_payload_and_damage_are_undeclared_anywhere(judge):
    assert undeclared(judge, flows_of(sent("udp", (RESOLVER, 53), QUERY, aside=b"x"))[0], "beside the payload")
    assert undeclared(judge, flows_of(sent("udp", (RESOLVER, 53), QUERY, problem="torn"))[0], "torn")


def test_housekeeping_that_a_policy_does_not_admit_is_undeclared():
    arp = b"\0\1\x08\0\6\4\0\1" + b"\2" * 6 + bytes(14)
    frame = Frame(number=1, time=0.0, size=42, protocol="arp", payload=arp, source_mac=b"\2" * 6)
    (flow,) = group_flows([frame], lambda one: True)
    assert Judge(Policy(endpoints=()), Names(), {}).judge(flow).verdict is FlowVerdict.HOUSEKEEPING
    strict = Policy(endpoints=(), housekeeping=frozenset())
    assert Judge(strict, Names(), {}).judge(flow).verdict is FlowVerdict.UNDECLARED


RECORD = b"\x17\3\3\0\5" + bytes(5)


@pytest.mark.parametrize("behind", [b"leak of telemetry", b"\x16\x20", b"\x17\3\3\xff\xff" + bytes(9), RECORD + b"{"])
def test_what_is_no_tls_behind_a_hello_is_undeclared(judge, behind):
    assert undeclared(judge, tls_flow(hello(), behind), "no TLS from byte")


def test_records_behind_a_hello_pass_also_cut_off(judge):
    for behind in (RECORD, RECORD + RECORD[:7], RECORD + b"\x17", RECORD + b"\x17\3", b"\x14\3\3\0\1\1"):
        assert verdict(judge, tls_flow(hello(), behind))[0] is FlowVerdict.DECLARED


@pytest.mark.parametrize(
    ("place", "byte"),
    [(2, 0x79), (3, 0x0F), (len(QUERY) - 1, 3), (len(QUERY) - 2, 9)],
    ids=["opcode", "code", "class", "high"],
)
def test_a_query_that_carries_something_in_its_fields_is_undeclared(judge, place, byte):
    query = QUERY[:place] + bytes([byte]) + QUERY[place + 1 :]
    assert verdict(judge, flows_of(sent("udp", (RESOLVER, 53), query))[0])[0] is FlowVerdict.UNDECLARED


def test_edns_passes_and_what_it_may_carry_does_not(judge):
    asked = QUERY[:10] + b"\0\1" + QUERY[12:]
    plain, carrying = b"\0\0\x29\x10\0\0\0\x80\0\0\0", b"\0\0\x29\x10\0\1\2\3\4\0\0"
    named = b"\4leak" + plain
    said = [
        verdict(judge, flows_of(sent("udp", (RESOLVER, 53), asked + end))[0])[0] for end in (plain, carrying, named)
    ]
    assert said == [FlowVerdict.DECLARED, FlowVerdict.UNDECLARED, FlowVerdict.UNDECLARED]


def test_text_beside_a_quic_hello_is_undeclared(judge, policy, monkeypatch):
    monkeypatch.setattr(
        "harness.network.rules.quic.read_client_hello",
        lambda datagrams: tls.ClientHello(server_name=HOST, versions=(), alpn=(), hidden=False),
    )
    quick = Judge(replace(policy, endpoints=(Endpoint(host=HOST, protocol="quic"),)), judge._names, {})
    sealed, text = b"\xc3" + bytes(range(128, 160)), b"A position that anybody can read"
    assert verdict(quick, flows_of(sent("udp", (SERVER, 443), sealed))[0])[0] is FlowVerdict.DECLARED
    flow = flows_of(sent("udp", (SERVER, 443), sealed), sent("udp", (SERVER, 443), text))[0]
    assert undeclared(quick, flow, "no QUIC beside a ClientHello")
