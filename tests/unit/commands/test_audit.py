import json
import os
import shutil
import socket
import struct
import subprocess
import threading
import time

import pytest

from harness.cli import run
from harness.link.ethernet import Ethernet, Ipv4, Udp
from harness.network.mud import EXTENSION

US, ROUTER = bytes.fromhex("020000000002"), bytes.fromhex("020000000001")
CARD = US.hex(":")


def pcap(*destinations, cut=0):
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    for number, (address, port) in enumerate(destinations):
        packet = Ipv4("10.77.0.2", address, 17, Udp(40123, port, b"CANARY-71d3a9c0").encode("10.77.0.2", address))
        frame = Ethernet(ROUTER, US, 0x0800, packet.encode()).encode()
        data += struct.pack("<IIII", 1000 + number, 0, len(frame), len(frame) + cut) + frame
    return data


def mud(*servers, **extension):
    aces = [
        {
            "name": str(number),
            "matches": {
                "ipv4": {"destination-ipv4-network": f"{address}/32", "protocol": 17},
                "udp": {"destination-port": {"operator": "eq", "port": port}},
            },
            "actions": {"forwarding": "accept"},
        }
        for number, (address, port) in enumerate(servers)
    ]
    policy = {
        "mud-version": 1,
        "from-device-policy": {"access-lists": {"access-list": [{"name": "out"}]}},
        EXTENSION: {"article": [CARD], **extension},
    }
    lists = {"acl": [{"name": "out", "type": "ipv4-acl-type", "aces": {"ace": aces}}]}
    return {"ietf-mud:mud": policy, "ietf-access-control-list:acls": lists}


SERVER, STRANGER = ("192.0.2.10", 5004), ("203.0.113.77", 40123)


@pytest.fixture
def audit(tmp_path, capsys):
    def through(capture, *options, policy=None):
        (tmp_path / "a.pcap").write_bytes(capture)
        (tmp_path / "mud.json").write_text(json.dumps(policy or mud(SERVER)))
        code = run(["audit", str(tmp_path / "a.pcap"), "--policy", str(tmp_path / "mud.json"), *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return through


def test_a_clean_capture(audit):
    code, out, _ = audit(pcap(SERVER))
    assert code == 0 and out.endswith("CLEAN\n") and "detection power: 1 interface(s)" in out
    assert "1 from the article, 0 lost, 0 cut" in out and "power-on not stated" in out


def test_an_undeclared_destination(audit):
    code, out, _ = audit(pcap(SERVER, STRANGER))
    assert code == 1 and out.endswith("FINDINGS\n")
    assert "found: undeclared-flow: undeclared destination 203.0.113.77:40123 by udp (packet 2)" in out


@pytest.mark.parametrize(
    ("capture", "options"),
    [
        (pcap(SERVER), ("--lost", "3")),
        (pcap(SERVER), ("--power-on", "990")),
        (pcap(SERVER), ("--power-on", "1970-01-01T00:16:30+00:00")),
        (pcap(SERVER, cut=9), ()),
        (pcap(SERVER)[:-3], ()),
        (pcap(), ()),
        (b"GIF89a", ()),
        (b"", ()),
    ],
)
def test_what_cannot_be_told_is_two(audit, capture, options):
    code, out, _ = audit(capture, *options)
    assert code == 2 and "CLEAN" not in out
    code, out, _ = audit(capture, *options, "--json")
    report = json.loads(out)
    assert code == 2 and report["level"] == "not fully examined" and report["doubts"]


def test_json_is_one_object_and_nothing_else(audit):
    code, out, err = audit(pcap(SERVER, STRANGER), "--json")
    report = json.loads(out)
    assert code == 1 and err == "" and report["counts"]["undeclared_flows"] == 1
    assert report["findings"][0]["kind"] == "undeclared-flow" and report["power"]["packets"] == 2


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--article", "drone"), "is not an IP address"),
        (("--lost", "-1"), "wanted a whole number from 0"),
        (("--power-on", "noon"), "wanted seconds since 1970"),
        (("--power-on", "nan"), "wanted a time"),
        (("--canaries", "absent.toml"), "cannot be read"),
        (("--operators", "absent.toml"), "cannot be read"),
        (("--policy", "absent.json"), "cannot be read"),
        (("--policy", ""), "--policy is empty"),
    ],
)
def test_a_wrong_word_is_three(audit, options, says):
    code, out, err = audit(pcap(SERVER), *options)
    assert code == 3 and out == "" and says in err and err.count("\n") == 1


def test_an_article_that_nobody_names_and_a_file_that_is_not_there(audit, tmp_path, capsys):
    code, _, err = audit(pcap(SERVER), policy=mud(SERVER, article=[]))
    assert code == 3 and "which station is the article?" in err
    assert run(["audit", str(tmp_path / "none.pcap"), "--policy", str(tmp_path / "mud.json")]) == 3
    assert "there is no such file" in capsys.readouterr().err


def test_canaries_and_operators(audit, tmp_path):
    (tmp_path / "c.toml").write_text('[[text]]\nname = "note"\ntext = "CANARY-71d3a9c0"\n')
    (tmp_path / "o.toml").write_text("date = 2026-11-30\nsource = 'RDAP'\n")
    options = ("--canaries", str(tmp_path / "c.toml"), "--operators", str(tmp_path / "o.toml"))
    code, out, _ = audit(pcap(SERVER), *options)
    assert code == 1 and "found: canary: canary note leaves in clear" in out and "found: unattributed" in out
    assert "source: operators of 2026-11-30: RDAP" in out and "source: registry countries: iptocc" in out


def test_a_draft_is_refused_until_somebody_has_read_it(audit, tmp_path, capsys):
    audit(pcap(SERVER))
    assert run(["audit", str(tmp_path / "a.pcap"), "--learn", "--article", CARD]) == 0
    draft = json.loads(capsys.readouterr().out)
    code, _, err = audit(pcap(SERVER), "--article", CARD, policy=draft)
    assert code == 3 and "draft" in err
    del draft["ietf-mud:mud"][EXTENSION]["draft"]
    assert audit(pcap(SERVER), "--article", CARD, policy=draft)[0] == 0


def test_names_in_a_capture_cannot_write_on_the_terminal(audit):
    label = b"\x1b[2J"
    query = struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + bytes([len(label)]) + label + b"\0\0\1\0\1"
    packet = Ipv4("10.77.0.2", "10.77.0.1", 17, Udp(40123, 53, query).encode("10.77.0.2", "10.77.0.1"))
    frame = Ethernet(ROUTER, US, 0x0800, packet.encode()).encode()
    data = pcap() + struct.pack("<IIII", 1000, 0, len(frame), len(frame)) + frame
    code, out, _ = audit(data, policy=mud(SERVER, resolvers=["10.77.0.1"]))
    assert code == 1 and "\x1b" not in out


CAPTURED = "udp port 45004 or udp port 45005"
TOOLS = {
    "dumpcap": ["dumpcap", "-q", "-i", "lo", "-f", CAPTURED, "-c", "6", "-a", "duration:20", "-w"],
    "tcpdump": ["tcpdump", "-Z", "root", "-i", "lo", "-c", "6", CAPTURED, "-w"],
    "tcpdump, all interfaces": ["tcpdump", "-Z", "root", "-i", "any", "-y", "LINUX_SLL2", "-c", "6", CAPTURED, "-w"],
}


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
@pytest.mark.parametrize("tool", TOOLS)
def test_a_capture_that_another_tool_made_of_real_traffic(audit, tmp_path, tool):
    """Slow for dumpcap: it takes a second to begin and to end."""
    path, command = tmp_path / "live.pcap", TOOLS[tool]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    with subprocess.Popen([*command, path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as capturing:
        stop = threading.Event()
        sender = threading.Thread(target=send_until, args=(stop,))
        sender.start()
        try:
            _, said = capturing.communicate(timeout=30)
        finally:
            stop.set()
            sender.join()
    if not path.exists() or capturing.returncode:
        pytest.skip(f"{tool} cannot capture here: {said.strip().splitlines()[-1:]}")
    policy = mud(("127.0.0.2", 45004), article=["127.0.0.1"])
    code, out, _ = audit(path.read_bytes(), policy=policy)
    assert code == 1 and "127.0.0.2:45005 by udp" in out and "127.0.0.2:45004 by" not in out


def send_until(stop):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        while not stop.is_set():
            for port in (45004, 45005):
                one.sendto(b"position", ("127.0.0.2", port))
            time.sleep(0.05)
