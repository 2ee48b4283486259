import math
import shutil
import struct
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.network.tls_checks import TlsChecks
from harness.errors import MaterialError
from harness.link.ethernet import Ethernet, Ipv4, Udp
from harness.network import Endpoint, FlowVerdict, Parties, Policy, audit, read_capture

US, ROUTER = bytes.fromhex("020000000002"), bytes.fromhex("020000000001")


def udp(destination, payload=b"x", *, mac=US, source="10.77.0.2", port=40123):
    packet = Ipv4(source, destination, 17, Udp(40123, port, payload).encode(source, destination))
    return Ethernet(ROUTER, mac, 0x0800, packet.encode()).encode()


def tshark(pcap, tmp_path, *arguments):
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    path = tmp_path / "capture.pcap"
    path.write_bytes(pcap)
    command = ["tshark", "-r", str(path), *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()


def test_a_conforming_article_has_nothing_undeclared(record, policy, parties):
    report = audit(record(), policy, parties)
    assert report.undeclared_flows == report.undeclared_bytes == 0 and report.findings == ()
    declared = report.with_verdict(FlowVerdict.DECLARED)
    assert {flow.endpoint for flow in declared} == {
        "resolver 10.77.0.1",
        "time server 192.0.2.12",
        "telemetry.example-drone.jp:443/tls",
        "update.example-drone.jp:443/tls",
    }
    assert {flow.endpoint for flow in report.with_verdict(FlowVerdict.HOUSEKEEPING)} == {"arp", "dhcp"}


def test_the_power_statement(record, policy, parties):
    power = audit(record(), policy, parties).power
    assert power.packets > 90 and 40 < power.from_article < power.packets and power.lost == 0
    assert power.first_packet_time == 1_767_225_600.0 and power.duration == pytest.approx(570.0, abs=0.1)
    nothing = audit(record(0.0)[:24], policy, parties)
    assert nothing.power.packets == 0 and math.isnan(nothing.power.first_packet_time)


def test_the_hidden_beacon_is_one_flow_with_its_packet_number(record, policy, parties, tmp_path):
    pcap = record(hidden_beacon_after=420.0)
    report = audit(pcap, policy, parties)
    (flow,), (finding,) = report.undeclared, report.findings
    assert flow.responder == ("203.0.113.77", 40123) and report.undeclared_bytes == flow.bytes_sent == 66
    assert flow.payload_sent == 24 and finding.time == 1_767_225_600.0 + 420.0
    (number,) = tshark(pcap, tmp_path, "-Y", "ip.dst==203.0.113.77", "-T", "fields", "-e", "frame.number")
    assert finding.packet == flow.first_packet == int(number)


def test_the_smallest_leak_is_found(record, policy, parties):
    pcap = record(60.0)
    leak = udp("203.0.113.1", b"")
    pcap += struct.pack("<IIII", 1_767_225_700, 0, len(leak), len(leak)) + leak
    assert audit(pcap, policy, parties).undeclared_bytes == 42


@pytest.mark.parametrize(
    ("defect", "reasons"),
    [
        ({"hardcoded_resolver": True}, {"8.8.8.8:53 by udp", "192.0.2.10:443", "192.0.2.11:443", "192.0.2.12:123"}),
        ({"plain_http": True}, {"192.0.2.11:80 by tcp (telemetry.example-drone.jp)"}),
        ({"telemetry_host": "spy.example"}, {"undeclared name spy.example", "198.18.0.1:443 by tcp"}),
        ({"time_host": "time.spy.example"}, {"undeclared name time.spy.example"}),
    ],
)
def test_each_defect_is_found(record, policy, parties, defect, reasons):
    report = audit(record(60.0, **defect), policy, parties)
    details = {finding.detail for finding in report.findings}
    assert report.undeclared_flows >= len(reasons)
    for reason in reasons:
        assert any(reason in detail for detail in details), details


def test_a_declared_address_asked_for_another_name_is_undeclared(record, parties):
    policy = Policy(
        endpoints=(Endpoint(host="update.example-drone.jp"), Endpoint(address="192.0.2.11")),
        resolvers=("10.77.0.1",),
        time_servers=("time.example-drone.jp", "telemetry.example-drone.jp"),
    )
    report = audit(record(60.0), policy, parties)
    (flow,) = report.undeclared
    assert flow.server_name == "telemetry.example-drone.jp" and "declared no name" in flow.reason


def test_two_names_on_one_address_are_told_apart_by_the_server_name(record, policy, parties):
    names = dict.fromkeys(("update.example-drone.jp", "telemetry.example-drone.jp"), "192.0.2.10")
    pcap = record(60.0, names=names | {"time.example-drone.jp": "192.0.2.12"}, tls_checks=TlsChecks(chain=False))
    assert audit(pcap, policy, parties).undeclared_flows == 0
    narrow = Policy(
        endpoints=policy.endpoints[:1],
        resolvers=policy.resolvers,
        time_servers=(*policy.time_servers, "telemetry.example-drone.jp"),
    )
    (flow,) = audit(pcap, narrow, parties).undeclared
    assert flow.server_name == "telemetry.example-drone.jp"


def test_a_late_capture_excuses_nothing(record, policy, parties):
    report = audit(record(fault="late"), policy, parties)
    assert report.undeclared_flows == 2 and report.power.first_packet_time > 1_767_225_660.0


def test_answers_to_the_scanner_are_listed_apart(record, policy, parties):
    report = audit(record(30.0, scan=True), policy, parties)
    assert report.undeclared_flows == 0
    inbound = report.with_verdict(FlowVerdict.INBOUND)
    assert len(inbound) > 1000 and all(flow.initiator[0] in ("10.77.0.8", "10.77.0.2") for flow in inbound)


def test_an_answer_to_a_scan_that_is_not_the_bench_own_is_a_finding(record, policy, parties):
    pcap = record(30.0, scan=True, debug_telnet=True)
    assert audit(pcap, policy, parties).undeclared_flows == 0
    (flow,) = audit(pcap, policy, replace(parties, rig_addresses=frozenset())).undeclared
    assert flow.responder == ("10.77.0.2", 23) and "undeclared port 23/tcp" in flow.reason
    offered = replace(policy, inbound=frozenset({("tcp", 23)}))
    assert audit(pcap, offered, replace(parties, rig_addresses=frozenset())).undeclared_flows == 0


def test_a_forged_sender_hides_nothing_when_the_rig_is_known(pcap_of, policy, parties):
    forged = udp("203.0.113.1", mac=bytes.fromhex("020000000077"), source="10.9.9.9")
    assert audit(pcap_of(forged), policy, parties).undeclared_flows == 1
    assert audit(pcap_of(forged), policy, Parties(macs=parties.macs)).undeclared_flows == 0
    routed = Parties(macs=frozenset(), addresses=frozenset({"10.9.9.9"}))
    assert audit(pcap_of(forged), policy, routed).undeclared_flows == 1


def test_multicast_and_broken_frames_count(pcap_of, policy, parties):
    broken = ROUTER + US + b"\x08\0" + b"\x45" + bytes(19)
    unknown = ROUTER + US + b"\x88\xb5secret"
    report = audit(pcap_of(udp("239.255.255.250", port=1900), broken, unknown), policy, parties)
    assert [finding.packet for finding in report.findings] == [1, 2, 3]


def test_a_cut_capture_is_refused(pcap_of, policy, parties):
    pcap = bytearray(pcap_of(udp("192.0.2.10")))
    pcap[36:40] = struct.pack("<I", 2000)
    with pytest.raises(MaterialError, match=r"packet 1 is cut: 43 of 2000 bytes"):
        audit(bytes(pcap), policy, parties)


def test_tshark_finds_the_same_names_and_destinations_and_nothing_wrong(record, policy, parties, tmp_path):
    pcap = record(hidden_beacon_after=420.0)
    report = audit(pcap, policy, parties)
    assert len(tshark(pcap, tmp_path)) == report.power.packets == len(read_capture(pcap).packets)
    assert tshark(pcap, tmp_path, "-Y", "_ws.malformed || _ws.expert.severity >= 0x600000") == []
    field = "tls.handshake.extensions_server_name"
    names = tshark(pcap, tmp_path, "-Y", "tls.handshake.type==1", "-T", "fields", "-e", field)
    assert sorted(names) == sorted(flow.server_name for flow in report.flows if flow.server_name)
    asked = tshark(pcap, tmp_path, "-Y", "dns.flags.response==0", "-T", "fields", "-e", "dns.qry.name")
    assert set(asked) == set(policy.names)
    to = tshark(pcap, tmp_path, "-Y", "eth.src==02:00:00:00:00:02 && ip", "-T", "fields", "-e", "ip.dst")
    assert set(to) == {flow.responder[0] for flow in report.flows if flow.protocol != "arp"}


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_damaged_capture_is_one_clear_error_or_a_report(record_short, policy_of, data):
    pcap = bytearray(record_short)
    for _ in range(data.draw(st.integers(1, 20))):
        pcap[data.draw(st.integers(0, len(pcap) - 1))] = data.draw(st.integers(0, 255))
    try:
        audit(bytes(pcap), *policy_of)
    except MaterialError as error:
        assert str(error)


@pytest.fixture(scope="module")
def record_short(record):
    return record(1.0)


@pytest.fixture(scope="module")
def policy_of():
    policy = Policy(
        endpoints=(Endpoint(host="update.example-drone.jp"), Endpoint(host="telemetry.example-drone.jp")),
        resolvers=("10.77.0.1",),
    )
    return policy, Parties(macs=frozenset({"02:00:00:00:00:02"}))
