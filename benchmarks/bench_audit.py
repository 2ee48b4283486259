"""Speed of the audit beside tshark that lists flows, DNS names and server names of the same capture.

``python benchmarks/bench_audit.py [thousands of packets]``; default 400. A drone's traffic: DNS, NTP, TLS sessions with
uploads, video by UDP, ARP. Both run on one core; tshark dissects more than is asked of the audit.
"""

import os
import random
import resource
import shutil
import ssl
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness.link.ethernet import Arp, Ethernet, Ipv4, TcpSegment, Udp
from harness.network import Endpoint, Parties, Policy
from harness.network.audit import report_on
from harness.network.capture import open_capture
from harness.network.fast_reading import read_flows
from harness.network.search import Search

GOAL = 500_000
US, ROUTER = bytes.fromhex("020000000002"), bytes.fromhex("020000000001")
OURS, RESOLVER, SERVER = "10.77.0.2", "10.77.0.1", "192.0.2.10"
HOST = "update.dronecert.example"
POLICY = Policy(
    endpoints=(Endpoint(host=HOST), Endpoint(address="192.0.2.20", port=5004, protocol="udp")),
    resolvers=(RESOLVER,),
    time_servers=(SERVER,),
)
PARTIES = Parties(macs=frozenset({US.hex(":")}))


def main():
    wanted = int(sys.argv[1]) * 1000 if len(sys.argv) > 1 else 400_000
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
    with tempfile.TemporaryDirectory(prefix="bench-audit-") as folder:
        path = Path(folder) / "drone.pcap"
        flows = make_capture(path, wanted)
        audit(path)
        start, used = time.perf_counter(), time.process_time()
        report = audit(path)
        seconds, used = time.perf_counter() - start, time.process_time() - used
        check(report, flows)
        packets = report.power.packets
        print(f"{packets} packets, {len(report.flows)} flows, {path.stat().st_size / 1e6:.0f} MB")
        print(f"audit   {packets / seconds:9.0f} packets/s, {packets / used:9.0f} by processor time   goal {GOAL}")
        beside(path, packets, used)


def audit(path):
    return report_on(read_flows(open_capture(path), POLICY, PARTIES, Search()))


def check(report, flows):
    assert len(report.flows) == flows, (len(report.flows), flows)
    assert report.undeclared_flows == 1 and report.undeclared[0].responder == ("203.0.113.77", 40123)


def beside(path, packets, used):
    if shutil.which("tshark") is None:
        print("tshark  is not installed")
        return
    fields = ["ip.src", "ip.dst", "tcp.dstport", "udp.dstport", "dns.qry.name", "tls.handshake.extensions_server_name"]
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", *(part for field in fields for part in ("-e", field))]
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    other, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"tshark  {packets / other:9.0f} packets/s, {packets / spent:9.0f} by processor time", end="   ")
    print(f"the audit is {spent / used:.0f} x as fast")


def make_capture(path, wanted):
    """Write the capture; returns how many flows it has, one of them undeclared."""
    rng, now, count, flows = random.Random(1), 1_767_225_600.0, 0, 0
    with path.open("wb", buffering=1 << 20) as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for frames in traffic(rng):
            for frame in frames:
                now += 0.0001
                file.write(struct.pack("<IIII", int(now), int(now % 1 * 1e6), len(frame), len(frame)) + frame)
            count, flows = count + len(frames), flows + 1
            if count >= wanted:
                return flows


def traffic(rng):
    """One flow after another."""
    yield [arp()]
    yield from names()
    yield [udp(OURS, "203.0.113.77", 40123, 40123, b"35.6,139.6")]
    for number in range(50000):
        yield session(rng, number) if number % 2 else video(rng, number)


def arp():
    return Ethernet(ROUTER, US, 0x0806, Arp(1, US, OURS, bytes(6), RESOLVER).encode()).encode()


def ip(source, destination, protocol, body):
    cards = (ROUTER, US) if source == OURS else (US, ROUTER)
    return Ethernet(*cards, 0x0800, Ipv4(source, destination, protocol, body).encode()).encode()


def udp(source, destination, port, far_port, payload):
    return ip(source, destination, 17, Udp(port, far_port, payload).encode(source, destination))


def names():
    query = struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0)
    query += b"".join(bytes([len(label)]) + label.encode() for label in HOST.split(".")) + b"\0\0\1\0\1"
    answer = query[:2] + b"\x81\x80\0\1\0\1" + query[8:] + b"\xc0\x0c\0\1\0\1\0\0\x0e\x10\0\4\xc0\0\2\x0a"
    ask, say = udp(OURS, RESOLVER, 6000, 53, query), udp(RESOLVER, OURS, 53, 6000, answer)
    clock = udp(OURS, SERVER, 6001, 123, b"\x23" + bytes(47))
    return [[clock], [ask, say]]


def hello():
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=HOST)
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()
    raise AssertionError("a handshake needs an answer")


def session(rng, number):
    """A TLS session that uploads a little."""
    port, greeting = 10000 + number % 50000, hello()
    frames, place = [tcp(OURS, port, 99, 2)], 100
    frames += [tcp(SERVER, port, 499, 18), tcp(OURS, port, place, 16)]
    upload = b"\x17\3\3\5\x78" + rng.randbytes(1395)
    for payload in (greeting, *[upload] * 400):
        frames.append(tcp(OURS, port, place, 24, payload))
        place += len(payload)
        frames += [tcp(SERVER, port, 500, 16)] if len(frames) % 3 == 0 else []
    return frames


def tcp(source, port, sequence, flags, payload=b""):
    ports = (port, 443) if source == OURS else (443, port)
    ends = (OURS, SERVER) if source == OURS else (SERVER, OURS)
    return ip(*ends, 6, TcpSegment(*ports, sequence, 1, flags, 1024, payload).encode(*ends))


def video(rng, number):
    payload = rng.randbytes(1200)
    return [udp(OURS, "192.0.2.20", 10000 + number % 50000, 5004, payload)] * 500


if __name__ == "__main__":
    main()
