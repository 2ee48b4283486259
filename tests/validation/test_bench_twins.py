"""A whole bench of twins, in real time: serial ports, relay, attenuator, anemometer, tracker, wind source.

These tests let real time pass, since that is what they show: the first one certifies for a minute and a half.
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from ports import free_ports

from harness.evidence.results import read_results

ROOT = Path(__file__).parents[2]
RIG = ROOT / "rigs" / "bench-twins.toml"
PATIENCE = 200


@contextmanager
def bench(folder, *arguments):
    """Serve twins, and yield the rig file that has their places."""
    base = free_ports(6)
    command = [sys.executable, "-m", "harness.instruments.twins", "--folder", folder / "hall", "--port", base]
    twins = subprocess.Popen(list(map(str, [*command, *arguments])), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    # a rehearsal in real time must not wait for other work on this machine, if this user may say so
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, twins.pid, -10)
    try:
        assert twins.stdout.readline() == "ready\n", f"the twins ended with {twins.wait(10)}"
        text = RIG.read_text(encoding="utf-8").replace("/tmp/dronecert-twins", str(folder / "hall"))
        for number in range(6):
            text = text.replace(str(48800 + number), str(base + number))
        text = text.replace('"python3 -m', f'"{sys.executable} -m')
        text = text.replace('= "articles/', f'= "{ROOT}/rigs/articles/')
        text = text.replace('= "registers/', f'= "{ROOT}/rigs/registers/')
        (folder / "rig.toml").write_text(text)
        yield folder / "rig.toml"
    finally:
        twins.send_signal(signal.SIGTERM)
        twins.communicate(timeout=60)


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def check(rig):
    done = run("harness", "rig", "check", rig, "--profile", "commissioning", "--json")
    return done.returncode, {item["role"]: item for item in json.loads(done.stdout)["findings"]}


def fly(rig, folder, chosen, *options, profile="commissioning"):
    """Fly chosen cases; the verdict and reason of each triple that was measured, and what the controls said."""
    record = folder / "run"
    options = ("--rig", rig, "--profile", profile, "--evidence", record, "-k", chosen, *options)
    done = run("pytest", "suites", "-q", "-p", "no:hypothesispytest", "-p", "no:cacheprovider", *options)
    events = [json.loads(line) for line in (record / "run.jsonl").read_text().splitlines()]
    return done, events


def test_a_bench_of_twins_certifies_the_drone_in_real_time(tmp_path):
    with bench(tmp_path) as rig:
        out = tmp_path / "out"
        arguments = ("--rig", rig, "--profile", "commissioning", "--allow-arming", "--out", out)
        done = run("harness", "certify", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "commissioning, article EMB-001: DEMONSTRATED. 2 PASS" in done.stdout
    assert "pre-compliance (simulation)" in done.stdout
    events = [json.loads(line) for line in (out / "run.jsonl").read_text().splitlines()]
    controls = {event["name"] for event in events if event["type"] == "control" and event["ok"]}
    assert {"fade.realised", "level.realised", "twin.obeys", "wind.realised", "wind.liveness", "gnss.sky"} <= controls
    (equipment,) = [event["roles"] for event in events if event["type"] == "rig"]
    assert equipment["anemometer"]["calibration"]["asset"] == "TWIN-ANE"


def test_a_bench_of_twins_is_ready_and_without_the_word_nothing_arms(tmp_path):
    with bench(tmp_path) as rig:
        code, found = check(rig)
        _, events = fly(rig, tmp_path, "weak_link")
    assert (code, {item["state"] for item in found.values()}) == (0, {"ok"})
    assert "SN=11709150001" in found["attenuator"]["identity"]
    reasons = [event["reason"] for event in events if event["type"] == "case_end"]
    assert len(reasons) == 1 and "RADIO-09 needs --allow-arming on a rig that is not simulated" in reasons[0]


BAD = [
    {
        "relay=silent": "is it on, and is it plugged in",
        "attenuator=silent": "is it",
        "anemometer=garbling": "check the baud rate of the anemometer",
        "tracker=silent": "start its stream",
        "spectrum=garbling": "",
    },
    {
        "relay=dead": "there is no such port: plug the cable in",
        "attenuator=dead": "Connection refused",
        "tracker=dead": "nobody listens there",
        "wind=dead": "does not answer",
    },
]


@pytest.mark.parametrize("problems", BAD, ids=["silent", "dead"])
def test_dead_and_garbling_twins_are_found_before_anything_flies(tmp_path, problems):
    with bench(tmp_path, *(part for fault in problems for part in ("--fault", fault))) as rig:
        code, found = check(rig)
    assert code == 2
    for fault, problem in problems.items():
        role = fault.partition("=")[0]
        if problem:
            assert found[role]["state"] == "dead", found[role]
            assert problem in found[role]["problem"]


def test_an_attenuator_that_is_stuck_and_a_relay_that_is_stuck_are_invalid(tmp_path):
    for fault, reason in (("attenuator=stuck", "level.realised failed"), ("relay=stuck", "reads 'off': replace it")):
        folder = tmp_path / fault
        folder.mkdir()
        with bench(folder, "--fault", fault) as rig:
            _, events = fly(rig, folder, "weak_link", "--allow-arming")
        (end,) = [event for event in events if event["type"] == "case_end"]
        assert (end["blame"], reason in end["reason"]) == ("rig", True)


def test_a_defect_of_the_drone_is_found_on_the_bench_as_in_virtual_time(tmp_path):
    with bench(tmp_path, "--defect", "arms-on-weak-link") as rig:
        _, events = fly(rig, tmp_path, "weak_link", "--allow-arming")
    (measured,) = [event for event in events if event["type"] == "measure"]
    assert (measured["quantity"], measured["verdict"]) == ("uninhibited_takeoffs", "FAIL")


HANDS = """id = "hands"
title = "Rehearsal of what an operator does: no statement on an article"
depth = "commissioning"
rule = "guarded"
requirements = ["RADIO-12", "DAR-04"]
"""


def attend(folder, chosen, *arguments):
    """Fly what needs the hands of an operator, with some twins; the events of its record."""
    (folder / "hands.toml").write_text(HANDS)
    with bench(folder, *arguments) as rig:
        _, events = fly(rig, folder, chosen, "--allow-arming", "--profile", folder / "hands.toml", "--no-pictures")
    return events


def verdicts(events):
    return {f"{event['quantity']}": event["verdict"] for event in events if event["type"] == "measure"}


def told(events):
    """Who is blamed for what."""
    return [(event["blame"], event["reason"]) for event in events if event["type"] == "case_end"]


def test_an_operator_and_a_second_radio_show_what_no_device_of_a_bench_can(tmp_path):
    events = attend(tmp_path, "paired_station or keys_differ")
    assert set(verdicts(events).values()) == {"PASS"}, told(events)
    assert len(verdicts(events)) == 5
    controls = [event["name"] for event in events if event["type"] == "control" and event["ok"]]
    assert {"twin.obeys", "intruder.seen", "canary.recovered", "unit.another", "medium.written"} <= set(controls)
    said = [event["text"] for event in events if event["type"] == "note" and "Twin of an operator, 2" in event["text"]]
    assert any("take all of its propellers off -> done" in text for text in said)
    assert any("put unit 2 in its place, fresh from the factory" in text for text in said)


def test_an_article_that_pairs_with_anybody_fails_on_a_bench_too(tmp_path):
    events = attend(tmp_path, "paired_station", "--defect", "open-key-setup")
    assert verdicts(events) == {"takeovers": "PASS", "unattended_pairings": "FAIL"}, told(events)


@pytest.mark.parametrize(
    ("fault", "chosen", "reason"),
    [
        ("garbling", "paired_station", "the operator answered 'the switch is broken' to: see that the article is off"),
        (
            "stuck",
            "keys_differ",
            "control photo.stored failed: the camera could not store a photo, after a login",
        ),
    ],
)
def test_an_operator_who_does_not_do_it_makes_no_verdict_on_the_article(tmp_path, fault, chosen, reason):
    (blame, why), *more = told(attend(tmp_path, chosen, "--fault", f"operator={fault}"))
    assert (blame, more) == ("rig", []) and reason in why, why


RADIO = """
id = "radio"
title = "Emissions and range of twins"
depth = "commissioning"
rule = "guarded"
requirements = ["RADIO-08", "RADIO-10", "ENDP-10"]
"""


def measured(rig, folder, chosen):
    """Verdict of each quantity that chosen cases of the radio come to, and their reasons."""
    profile = folder / "radio.toml"
    profile.write_text(RADIO)
    fly(rig, folder, chosen, "--allow-arming", profile=profile)
    result = read_results(folder / "run")
    found = {each.quantity.name: each for item in result.scope for each in item.measurements}
    return {name: str(each.verdict) for name, each in found.items()}, {
        name: each.reason for name, each in found.items()
    }


PRESCANNED = ("radiated_power", "power_density", "occupied_bandwidth", "spurious_level", "off_channel_emissions")


def test_range_and_emissions_of_a_sound_drone_are_measured_and_a_pre_scan_shows_nothing(tmp_path):
    with bench(tmp_path) as rig:
        found, reasons = measured(rig, tmp_path, "declared_range or as_strongly or undeclared_radio")
    assert {found[name] for name in PRESCANNED} == {"NOT_TESTED"}
    assert reasons["radiated_power"].startswith("a pre-scan only screens")
    rest = {name: verdict for name, verdict in found.items() if name not in PRESCANNED}
    assert len(rest) == 5 and set(rest.values()) == {"PASS"}


def test_a_hidden_beacon_is_refuted_by_a_pre_scan_too(tmp_path):
    with bench(tmp_path, "--fault", "spectrum=beacon") as rig:
        found, _ = measured(rig, tmp_path, "as_strongly or undeclared_radio")
    failed = {name for name, verdict in found.items() if verdict == "FAIL"}
    assert failed == {"spurious_level", "off_channel_emissions", "undeclared_emitters"}
    assert found["radiated_power"] == "NOT_TESTED"


def test_the_watchdog_lands_the_drone_of_a_harness_that_was_killed(tmp_path):
    with bench(tmp_path) as rig:
        record = tmp_path / "run"
        options = ("--rig", rig, "--profile", "commissioning", "--evidence", record, "-k", "holds_a_point")
        command = [sys.executable, "-m", "pytest", "suites", "-q", "-p", "no:hypothesispytest", "--allow-arming"]
        with (tmp_path / "log").open("w") as log:
            harness = subprocess.Popen(list(map(str, [*command, *options])), cwd=ROOT, stdout=log, stderr=log)
        wait_for(lambda: "baseline in still air" in text_of(record / "run.jsonl"), "the drone in the air")
        harness.kill()
        harness.wait()
        wait_for(lambda: "article: " in text_of(record / "watchdog.log"), "the watchdog's last word")
    assert [line.partition(" ")[2] for line in text_of(record / "watchdog.log").splitlines()] == [
        "the harness has died: the bench goes into its safe state",
        "wind: no wind",
        "attenuator: link restored",
        "article: landed and disarmed, power off",
    ]


def text_of(path):
    return path.read_text() if path.exists() else ""


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.2)
