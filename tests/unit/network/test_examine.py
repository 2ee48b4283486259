import math
import struct
from dataclasses import replace

import pytest

from harness.errors import MaterialError, UsageError
from harness.link.ethernet import Ethernet, Ipv4, Udp
from harness.network import Canary, Endpoint, FlowVerdict, Options, Parties, Policy, Source, Transcript, audit, examine
from harness.network.operators import read_snapshot

US, ROUTER = bytes.fromhex("020000000002"), bytes.fromhex("020000000001")
START = 1_767_225_600.0


def udp(destination, payload=b"x", port=9):
    packet = Ipv4("10.77.0.2", destination, 17, Udp(40123, port, payload).encode("10.77.0.2", destination))
    return Ethernet(ROUTER, US, 0x0800, packet.encode()).encode()


@pytest.fixture
def examined(policy, parties):
    def run(data, *, policy=policy, parties=parties, **options):
        return examine(Source(name="a.pcap", data=data), policy, parties, Options(**options))

    return run


def test_a_sound_capture_is_clean_and_says_what_it_can_show(record, examined):
    report = examined(record(60.0), power_on=START)
    assert (report.level, report.doubts) == ("clean", ())
    power = report.power
    assert (power.interfaces, power.lost, power.cut, power.delay) == (1, 0, 0, 0.0)
    assert power.sent > 2000 and 0.0 < power.readable < 0.5 and math.isnan(power.smallest)
    decrypted = tuple(Transcript(far=f"192.0.2.{n}", host="a", time=0.0, head=b"GET / HTTP/1.1") for n in (10, 11))
    assert examined(record(60.0), transcripts=decrypted).power.readable == 1.0


@pytest.mark.parametrize(
    ("change", "options", "says"),
    [
        (lambda data: data[:-1], {}, "truncated"),
        (lambda data: data[:24], {}, "no packet of the article"),
        (lambda data: data, {"lost": 2}, "2 packets were lost"),
        (lambda data: data, {"power_on": START - 5.0}, "began 5.000 s after power-on"),
    ],
)
def test_what_could_not_be_examined_is_never_clean(record, examined, change, options, says):
    report = examined(change(record(60.0)), **options)
    assert report.level == "not fully examined" and says in report.doubts[0]


def test_losses_that_the_file_counts_are_doubts(record, examined):
    data = record(10.0)
    section = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    interface = struct.pack("<IIHHII", 1, 20, 1, 0, 0, 20)
    frame = data[40 : 40 + struct.unpack_from("<I", data, 32)[0]]
    body = frame + bytes(-len(frame) % 4) + struct.pack("<HHQHH", 4, 8, 3, 0, 0)
    length = 32 + len(body)
    block = struct.pack("<IIIIIII", 6, length, 0, 0, 1000, len(frame), len(frame)) + body + struct.pack("<I", length)
    report = examined(section + interface + block)
    assert report.power.lost == 3 and "3 packets were lost while capturing" in report.doubts


def test_of_a_cut_capture_destinations_are_judged_and_the_rest_is_a_doubt(pcap_of, examined, policy):
    head = pcap_of(udp("203.0.113.1", bytes(100)), udp("192.0.2.7", bytes(100)))
    data, at = bytearray(head), 24
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        struct.pack_into("<I", data, at + 8, length - 60)
        del data[at + 16 + length - 60 : at + 16 + length]
        at += 16 + length - 60
    known = replace(policy, endpoints=(Endpoint(address="192.0.2.7", port=9, protocol="udp"),))
    report = examined(bytes(data), policy=known)
    assert [flow.verdict for flow in report.flows] == [FlowVerdict.UNDECLARED, FlowVerdict.UNEXAMINED]
    assert report.level == "findings" and "2 packets are cut" in report.doubts[0] and report.power.cut == 2
    with pytest.raises(MaterialError, match="packet 1 is cut"):
        audit(bytes(data), known, Parties(macs=frozenset({US.hex(":")})))


def test_a_budget_is_kept_or_it_is_a_finding(record, examined, policy):
    telemetry = Endpoint(host="telemetry.example-drone.jp", budget=100)
    report = examined(record(60.0), policy=replace(policy, endpoints=(policy.endpoints[0], telemetry)))
    (finding,) = report.findings
    assert finding.kind == "budget" and "its budget is 100" in finding.detail
    wide = replace(telemetry, budget=1_000_000)
    assert examined(record(60.0), policy=replace(policy, endpoints=(policy.endpoints[0], wide))).level == "clean"


def test_canaries_in_clear_are_found_with_their_packet(record, examined):
    place = Canary(name="field", latitude=35.6762, longitude=139.6503)
    assert examined(record(60.0), canaries=(place,)).level == "clean"
    report = examined(record(60.0, plain_http=True), canaries=(place,))
    kinds = {finding.kind for finding in report.findings}
    assert {"canary", "plaintext", "undeclared-flow"} <= kinds
    assert all(finding.packet for finding in report.of_kind("canary"))


def test_operators_are_judged_by_the_snapshot(record, examined, tmp_path):
    path = tmp_path / "operators.toml"
    network = "[[networks]]\nprefix = '192.0.2.0/28'\noperator = 'Listed Ltd'\nsource = 'x'\n"
    path.write_text(f"date = 2026-11-30\nsource = 'x'\n{network}[[entities]]\nname = 'Listed'\nlists = ['l']\n")
    report = examined(record(60.0), snapshot=read_snapshot(path))
    assert report.disallowed_endpoints == 3 and report.unattributed_endpoints == 0 and len(report.sources) == 2
    path.write_text("date = 2026-11-30\nsource = 'x'\n")
    report = examined(record(60.0), snapshot=read_snapshot(path))
    assert report.disallowed_endpoints == 0 and report.unattributed_endpoints == 3


def test_the_report_as_json_holds_no_nan(record, examined):
    document = examined(record(60.0)).to_json()
    assert document["level"] == "clean" and document["power"]["delay"] is None
    assert {flow["verdict"] for flow in document["flows"]} == {"declared", "housekeeping"}


def test_a_link_without_mac_addresses_needs_the_article_by_ip(examined, pcap_of):
    data = bytearray(pcap_of())
    data[20:24] = struct.pack("<I", 101)
    packet = udp("203.0.113.1")[14:]
    data += struct.pack("<IIII", 1, 0, len(packet), len(packet)) + packet
    with pytest.raises(UsageError, match="name the article by its IP address"):
        examined(bytes(data), parties=Parties(macs=frozenset({US.hex(":")})))
    by_address = Parties(macs=frozenset(), addresses=frozenset({"10.77.0.2"}))
    assert examined(bytes(data), parties=by_address).undeclared_flows == 1


def test_a_quic_endpoint_is_judged_by_its_name(pcap_of, examined):
    from aioquic.quic.configuration import QuicConfiguration
    from aioquic.quic.connection import QuicConnection

    def call(name):
        client = QuicConnection(
            configuration=QuicConfiguration(is_client=True, server_name=name, alpn_protocols=["h3"])
        )
        client.connect(("192.0.2.9", 443), now=0.0)
        return [udp("192.0.2.9", data, 443) for data, _ in client.datagrams_to_send(now=0.0)]

    policy = Policy(endpoints=(Endpoint(address="192.0.2.9", protocol="quic"),))
    report = examined(pcap_of(*call("spy.example")), policy=policy)
    assert report.flows[0].server_name == "spy.example" and "asks a declared address" in report.findings[0].detail
    assert "no complete ClientHello" in examined(pcap_of(udp("192.0.2.9", b"x", 443)), policy=policy).findings[0].detail
