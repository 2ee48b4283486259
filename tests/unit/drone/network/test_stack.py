import json

import pytest

from harness.drone.network.habits import Fence, Habits
from harness.drone.network.memory import MADE, CompanionMemory
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


# -- offline mode, date and habits

ARTICLE = parse_mac("02:00:00:00:00:02")


def spoken(bench, since):
    """Times of the article's frames after that."""
    return [time for time, frame in bench.frames if frame.source == ARTICLE and time > since]


def test_offline_it_says_nothing_over_reboots_until_it_is_online_again(bench):
    stack = bench.stack()
    stack.power_on()
    bench.run(40.0)
    stack.set_offline(True)
    bench.run(3600.0)
    stack.power_off()
    stack.power_on()
    bench.run(3600.0)
    assert spoken(bench, 40.0) == [] and stack.address == "" and stack.answers() == 0
    stack.set_offline(False)
    bench.run(10.0)
    assert stack.answers() == 2
    stack.power_off()
    stack.set_offline(True)
    stack.set_offline(False)
    assert stack.address == ""


@pytest.mark.parametrize(
    ("habit", "first"), [({"offline_service": True}, 100.0), ({"offline_wakes_after": 7200.0}, 7300.0)]
)
def test_an_offline_mode_that_lies_calls_the_declared_server(bench, habit, first):
    stack = bench.stack({"habits": Habits(**habit)})
    stack.power_on()
    bench.run(100.0)
    stack.set_offline(True)
    bench.run(10_000.0)
    said = spoken(bench, 100.001)
    assert said[0] == pytest.approx(first, abs=0.01)
    assert bench.gateway.sessions[-1].requests[0].startswith("POST /v1/health")
    assert (said[-1] > first + 900.0) is ("offline_service" in habit)


def test_an_offline_mode_that_a_reboot_ends(bench):
    memory = CompanionMemory()
    memory.offline = True
    bench.stack({"habits": Habits(offline_forgotten=True), "memory": memory}).power_on()
    bench.run(10.0)
    assert not memory.offline and len(bench.gateway.sessions) == 2


def test_the_date_comes_from_the_time_server_and_stands_in_the_report(bench):
    memory = CompanionMemory()
    memory.date_offset = 0.0
    bench.stack({"memory": memory}).power_on()
    bench.run(40.0)
    first, second = (json.loads(body) for body in bench.gateway.sessions[0].bodies)
    assert first["date"] < MADE <= second["date"] == pytest.approx(MADE + 30.0, abs=1.0)


@pytest.mark.parametrize("habits", [Habits(beacon_every_boots=2), Habits(beacon_after_days=0.0)])
def test_a_beacon_of_habit_leaves_once_a_boot(bench, habits):
    stack = bench.stack({"habits": habits})
    for _ in range(2):
        stack.power_on()
        bench.run(100.0)
        stack.power_off()
    beacons = [to for _, _, to, _, _, _ in bench.datagrams() if to == "203.0.113.77"]
    assert len(beacons) == (1 if habits.beacon_every_boots else 2)


def test_inside_its_fence_it_asks_for_an_undeclared_server(bench):
    fence = Fence(latitude=35.5, longitude=139.5, radius=100.0)
    bench.stack({"habits": Habits(upload_fence=fence)}).power_on()
    bench.run(100.0)
    asked = [payload for *_, port, payload in bench.datagrams() if port == 53]
    assert sum(b"uploads" in payload for payload in asked) == 1
