"""The process itself, without a namespace: orders in, answers out, nothing on a network."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
SETTINGS = {"interface": "none0", "mac": "02:00:00:00:00:02", "speedup": 100.0, "defects": ["offline-service"]}


def answers(orders, authority, **own):
    settings = json.dumps(SETTINGS | {"trust_root": authority.trust_root} | own)
    lines = "".join(json.dumps(order) + "\n" for order in orders)
    command = [sys.executable, "-m", "harness.drone.network.process", settings]
    done = subprocess.run(command, cwd=ROOT, input=lines, capture_output=True, text=True, timeout=60, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_it_takes_orders_until_told_to_quit(authority):
    said = answers(
        [{"offline": False}, {"place": [1.0, 2.0]}, {"ahead": 5.0}, {"leap": 1.0}, {"state": None}, {"quit": None}],
        authority,
    )
    assert [next(iter(answer)) for answer in said] == ["ready", "offline", "place", "ahead", "leap", "state", "quit"]
    # nothing passes before it is switched on, but what was leapt over
    assert said[5]["state"] == {"offline": False, "now": 1.0, "log": []}


def test_it_ends_when_nobody_orders_any_more(authority):
    assert answers([], authority) == [{"ready": True}]


def test_without_power_the_aircraft_beside_it_says_so(authority):
    said = answers([{"arm": None}, {"take_off": 5.0}, {"mode": None}], authority, aircraft=True)
    assert [list(answer.values()) for answer in said[1:]] == [["the aircraft has no power"]] * 3


def test_its_firmware_is_read_and_offered_without_a_network(authority):
    said = answers([{"offer": None}, {"consent": None}, {"image": None}, {"slots": None}, {"restore": None}], authority)
    (_, offer, consent, image, slots, restore) = (next(iter(answer.values())) for answer in said)
    assert (offer, consent, restore) == ("", False, None)
    assert slots == [image, ""] and len(bytes.fromhex(image)) > 10_000
