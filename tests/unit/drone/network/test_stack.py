import json

from harness.link.ethernet import Station, Udp, encode_icmp, parse_mac


def test_it_calls_its_declared_servers_and_nobody_else(bench):
    stack = bench.stack()
    stack.power_on()
    bench.run(600.0)
    assert stack.address == "10.77.0.2" and stack.log == []
    assert [(session.host, len(session.requests)) for session in bench.gateway.sessions] == [
        ("telemetry.example-drone.jp", 20),
        ("update.example-drone.jp", 2),
    ]
    assert stack.answers_from("telemetry.example-drone.jp") == 20
    ports = {port for _, source, _, _, port, _ in bench.datagrams() if source in ("0.0.0.0", "10.77.0.2")}
    assert ports == {53, 67, 123}


def test_it_is_silent_before_power_on_and_after_power_off(bench):
    stack = bench.stack(hidden_beacon_after=100.0)
    bench.run(60.0)
    assert bench.frames == []
    stack.power_on()
    bench.run(45.0)
    stack.power_off()
    count = len(bench.frames)
    bench.run(600.0)
    assert len(bench.frames) == count and stack.address == "" and stack.log == []
    stack.power_on()
    bench.run(45.0)
    assert len(bench.gateway.sessions) == 4 and stack.answers_from("telemetry.example-drone.jp") == 2


def test_power_on_twice_is_power_on_once(bench):
    stack = bench.stack()
    stack.power_on()
    stack.power_on()
    bench.run(10.0)
    assert len(bench.gateway.sessions) == 2


def test_the_beacon_leaves_once_with_the_position_at_its_time(bench):
    bench.stack(hidden_beacon_after=420.0).power_on()
    bench.run(900.0)
    beacons = [(time, payload) for time, _, to, _, _, payload in bench.datagrams() if to == "203.0.113.77"]
    assert beacons == [(420.0, b"35.500000,139.500000,420")]


def test_the_hardcoded_resolver_is_asked_instead(bench):
    bench.stack(hardcoded_resolver=True).power_on()
    bench.run(10.0)
    asked = {to for _, _, to, _, port, _ in bench.datagrams() if port == 53}
    assert asked == {"8.8.8.8"} and len(bench.gateway.sessions) == 2


def test_plain_http_shows_the_report_on_the_wire(bench):
    bench.stack(plain_http=True).power_on()
    bench.run(10.0)
    (frame,) = [frame for _, frame in bench.frames if b"POST /v1/telemetry" in frame.payload]
    assert json.loads(frame.payload.partition(b"\r\n\r\n")[2])["latitude"] == 35.5
    assert [session.host for session in bench.gateway.sessions] == ["update.example-drone.jp"]


def test_the_open_port_answers_only_with_a_handler(bench):
    stack, heard = bench.stack(), []
    stack.power_on()
    bench.run(1.0)
    other = Station(
        end=bench.wire.attach(), mac=parse_mac("02:00:00:00:00:08"), address="10.77.0.8", deliver=heard.append
    )
    other.send_udp(("10.77.0.8", 9), ("10.77.0.2", 14550), b"ping")
    bench.run(1.0)
    assert heard == []
    stack.serve_udp(14550, lambda data: b"heard " + data)
    other.send_udp(("10.77.0.8", 9), ("10.77.0.2", 14550), b"ping")
    bench.run(1.0)
    assert Udp.decode(heard[0]).payload == b"heard ping"


def test_without_a_gateway_it_asks_on_and_recovers(bench):
    stack = bench.stack()
    stack.power_on()
    bench.gateway._station.deliver = lambda packet: None
    bench.run(20.0)
    assert stack.address == "" and len(bench.frames) == 6
    bench.gateway._station.deliver = bench.gateway._deliver
    bench.run(20.0)
    assert stack.address == "10.77.0.2" and len(bench.gateway.sessions) == 2


def test_power_off_ends_what_was_under_way_without_a_word(bench):
    stack = bench.stack()
    stack.power_on()
    bench.run(0.0075)
    assert bench.frames[-1][1].kind == 0x0800 and stack.address
    stack.power_off()
    heard = []
    other = Station(
        end=bench.wire.attach(), mac=parse_mac("02:00:00:00:00:08"), address="10.77.0.8", deliver=heard.append
    )
    other.send("10.77.0.8", "10.77.0.2", 1, encode_icmp(8, 0, bytes(4), b""))
    bench.run(20.0)
    assert heard == [] and stack.log == []
    assert not any(frame.source == parse_mac("02:00:00:00:00:02") for time, frame in bench.frames if time > 0.0075)
