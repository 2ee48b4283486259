"""The article's network on a card of a bench of twins, in real time: a pair of virtual cards between two namespaces.

The harness runs in one of them, where one end is the bench's card; the twins in the other, where the other end is the
drone's. These tests let real time pass, since that is what they show.
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

from harness.instruments.gateway import Authority
from harness.targets.packetwire import why_not

ROOT = Path(__file__).parents[2]
RIG = ROOT / "rigs" / "bench-network.toml"
PROFILE = "commissioning-network"
CARD, FAR = "dronecert0", "drone0"
PATIENCE = 200
QUIET = {"cwd": ROOT, "capture_output": True, "text": True}

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "interfaces can be made")


def ip(*arguments):
    return subprocess.run(["ip", *arguments], capture_output=True, text=True, check=True).stdout


class Bench:
    """Two namespaces, the cable between them, twins in one of them, and a rig file."""

    def __init__(self, folder):
        self.folder, self.rig = folder, folder / "rig.toml"
        self.here, self.there = (f"dronecert-{os.getpid()}-{part}" for part in ("card", "drone"))

    def lay(self):
        for name in (self.here, self.there):
            ip("netns", "add", name)
        ip("-n", self.here, "link", "add", CARD, "type", "veth", "peer", "name", FAR, "netns", self.there)
        for name, card in ((self.here, CARD), (self.there, FAR)):
            # neither kernel has an address, nor makes one of its own
            ip("-n", name, "link", "set", card, "addrgenmode", "none")
            ip("-n", name, "link", "set", card, "up")
            ip("-n", name, "link", "set", "lo", "up")

    def remove(self):
        for name in (self.here, self.there):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)

    def pull(self):
        ip("-n", self.there, "link", "set", FAR, "down")

    def write_rig(self):
        hall = self.folder / "hall"
        answers = self.folder / "answers.toml"
        answers.write_text('[answers]\n"network.trust" = "done"\n')
        text = RIG.read_text(encoding="utf-8").replace("/tmp/dronecert-twins", str(hall))
        text = text.replace('= "articles/', f'= "{ROOT}/rigs/articles/')
        # a card of that name in another namespace is another card
        text = text.replace("twins = true", f'twins = true\nleases = "{self.folder}/leases"')
        self.rig.write_text(text.replace("trust = ", f'answers = "{answers}"\ntrust = '))

    @contextmanager
    def twins(self, *arguments, trust="trust.pem"):
        hall = self.folder / "hall"
        options = ["--folder", hall, "--interface", FAR, "--trust", hall / trust, *arguments]
        command = ["ip", "netns", "exec", self.there, sys.executable, "-m", "harness.instruments.twins", *options]
        twins = subprocess.Popen(list(map(str, command)), cwd=ROOT, stdout=subprocess.PIPE, text=True)
        # a rehearsal in real time must not wait for other work on this machine, if this user may say so
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, twins.pid, -10)
        try:
            assert twins.stdout.readline() == "ready\n", f"the twins ended with {twins.wait(10)}"
            yield self
        finally:
            twins.send_signal(signal.SIGTERM)
            twins.communicate(timeout=60)

    def run(self, *arguments):
        return subprocess.run(self.command(*arguments), **QUIET, timeout=PATIENCE, check=False)

    def command(self, *arguments):
        return list(map(str, ["ip", "netns", "exec", self.here, sys.executable, "-m", *arguments]))

    def check(self):
        done = self.run("harness", "rig", "check", self.rig, "--profile", PROFILE, "--json")
        return done.returncode, {item["role"]: item for item in json.loads(done.stdout)["findings"]}

    def suites(self, *options):
        """What flies cases of the profile."""
        record = self.folder / "run"
        shown = ("--rig", self.rig, "--profile", PROFILE, "--evidence", record, "--no-pictures", "--allow-arming")
        return "pytest", "suites", "-q", "-p", "no:hypothesispytest", "-p", "no:cacheprovider", *shown, *options

    def fly(self, *options):
        """Fly cases; the process, and what was recorded."""
        return self.run(*self.suites(*options)), self.events()

    def events(self):
        return [json.loads(line) for line in (self.folder / "run" / "run.jsonl").read_text().splitlines()]

    def heard(self):
        """Frames that came to the card."""
        (told,) = json.loads(ip("-n", self.here, "-j", "-s", "link", "show", CARD))
        return told["stats64"]["rx"]["packets"]


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    made.write_rig()
    try:
        made.lay()
        yield made
    finally:
        made.remove()


def verdicts(events):
    return {(event["requirement"], event["verdict"]) for event in events if event["type"] == "measure"}


def ends(events):
    return [(event["blame"], event["reason"]) for event in events if event["type"] == "case_end"]


def test_the_drones_network_is_captured_judged_and_scanned_on_a_card(bench):
    with bench.twins():
        code, found = bench.check()
        done, events = bench.fly()
    assert (code, {item["state"] for item in found.values()}) == (0, {"ok"}), found
    assert found["card"]["identity"].endswith("up, carrier, no address")
    assert done.returncode == 0, done.stdout
    assert verdicts(events) == {("ENDP-03", "PASS"), ("ENDP-05", "PASS")}
    controls = {event["name"] for event in events if event["type"] == "control" and event["ok"]}
    assert {"capture.complete", "trust.installed", "audit.sees_services", "scan.decoy", "scan.answers"} <= controls
    assert (bench.folder / "hall" / "authority.pem").stat().st_mode & 0o777 == 0o600
    assert any("answer file: power the article by hand, install" in event.get("text", "") for event in events)
    assert "promiscuity 0" in ip("-n", bench.here, "-d", "link", "show", CARD)


def test_a_defect_of_the_drone_is_found_on_a_card(bench):
    with bench.twins("--defect", "debug-telnet", "--defect", "hard-coded-resolver"):
        _, events = bench.fly()
    assert {requirement for requirement, verdict in verdicts(events) if verdict == "FAIL"} == {"ENDP-03", "ENDP-05"}
    failed = {event["quantity"] for event in events if event["type"] == "measure" and event["verdict"] == "FAIL"}
    assert {"unknown_resolvers", "undeclared_ports"} <= failed


def test_an_authority_that_nobody_installed_is_the_rigs_fault(bench):
    # the operator says that it is installed, and the drone has another one
    (bench.folder / "hall").mkdir()
    (bench.folder / "hall" / "elsewhere.pem").write_text(Authority().trust_root)
    with bench.twins(trust="elsewhere.pem"):
        _, events = bench.fly("-k", "declared_names")
    ((party, reason),) = ends(events)
    assert party == "rig" and "control trust.installed failed: of " in reason and "0 took their certificate" in reason


def test_a_cable_that_is_not_there_is_the_rigs_fault(bench):
    bench.pull()
    text = bench.rig.read_text().replace('signing_key = "', 'boot = 4.0\nsigning_key = "')
    bench.rig.write_text(text)
    with bench.twins():
        code, found = bench.check()
        _, events = bench.fly("-k", "declared_names")
    # its relay is open, so that nobody can tell yet whether it is the cable or the power
    assert (code, found["card"]["state"]) == (0, "ok") and "it has no carrier" in found["card"]["problem"]
    ((party, reason),) = ends(events)
    assert party == "rig" and f"the network card {CARD} has no carrier: its cable is pulled" in reason
    assert verdicts(events) == set()


def test_a_cable_that_is_pulled_in_a_case_is_the_rigs_fault(bench):
    with bench.twins():
        command = bench.command(*bench.suites("-k", "declared_names"))
        case = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while bench.heard() < 10:
            assert case.poll() is None and time.monotonic() < end, "the drone did not talk"
            time.sleep(0.1)
        bench.pull()
        case.wait(PATIENCE)
    ((party, reason),) = ends(bench.events())
    # it may have talked before its autopilot was heard
    told = (f"the network card {CARD} lost its carrier at", f"the network card {CARD} has no carrier")
    assert party == "rig" and any(text in reason for text in told)


def test_a_card_that_this_machine_uses_is_refused_with_the_remedy(bench):
    ip("-n", bench.here, "addr", "add", "192.0.2.1/24", "dev", CARD)
    with bench.twins():
        code, found = bench.check()
    assert (code, found["target"]["state"]) == (2, "dead")
    assert f"{CARD} has an address (192.0.2.1)" in found["target"]["problem"]
    assert f"ip addr flush dev {CARD}; sysctl -w" in found["target"]["problem"]
