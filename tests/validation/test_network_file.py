"""A capture of one run in the place of the network of another: what listening is enough for is judged, no more."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROFILE = """id = "listening"
title = "What a capture file shows: no statement on an article"
depth = "commissioning"
rule = "guarded"
requirements = ["ENDP-03", "ENDP-04"]
"""
ROLE = """[roles.network]
make = "pcap"

[roles.network.settings]
file = "tap.pcap"
article = ["02:00:00:00:00:02"]
stations = ["02:00:00:00:00:01", "02:00:00:00:00:08", "02:00:00:00:00:09"]
power_on = 2026-01-01T00:00:00Z
started = 2026-01-01T00:00:00Z
ended = 2026-01-01T00:00:15Z
lost = 0
operators = "embedded/operators.toml"
"""


def run(folder, rig, name, *options):
    """Fly the profile; what was recorded."""
    record = folder / name
    shown = ("--rig", rig, "--profile", folder / "profile.toml", "--evidence", record, "--no-pictures")
    plugins = ("-q", "-p", "no:hypothesispytest", "-p", "no:cacheprovider")
    command = [sys.executable, "-m", "pytest", "suites", *plugins, *shown, *options]
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert (record / "run.jsonl").exists(), done.stdout + done.stderr
    return [json.loads(line) for line in (record / "run.jsonl").read_text().splitlines()]


@pytest.fixture
def taped(tmp_path):
    """A folder with the capture of a run, and a rig whose network it is."""
    (tmp_path / "profile.toml").write_text(PROFILE)
    embedded = (ROOT / "rigs" / "embedded.toml").read_text(encoding="utf-8")
    embedded = embedded.replace('= "articles/', f'= "{ROOT}/rigs/articles/').replace(
        '= "lists/', f'= "{ROOT}/rigs/lists/'
    )
    (tmp_path / "embedded.toml").write_text(embedded)
    events = run(tmp_path, tmp_path / "embedded.toml", "before", "-k", "permitted_operators")
    (kept,) = [event for event in events if event["type"] == "attach" and event["kind"] == "capture"]
    (tmp_path / "tap.pcap").write_bytes((tmp_path / "before" / kept["file"]).read_bytes())
    before, _, after = embedded.partition("[roles.network]\n")
    _, _, rest = after.partition("\n[roles.network.settings]\n")
    rest = rest[rest.index("\n[") :]
    (tmp_path / "rig.toml").write_text(before + ROLE + rest)
    return tmp_path


def ends(events):
    return {event["case"].partition("[")[0].partition("/")[2]: event for event in events if event["type"] == "case_end"}


def test_a_capture_is_judged_where_listening_is_enough(taped):
    events = run(taped, taped / "rig.toml", "after")
    measured = {
        (event["requirement"], event["quantity"]): event["verdict"] for event in events if event["type"] == "measure"
    }
    assert measured == {
        ("ENDP-03", "unknown_time_servers"): "PASS",
        ("ENDP-03", "suspect_queries"): "PASS",
        ("ENDP-03", "undeclared_ipv6_flows"): "PASS",
        ("ENDP-03", "icmp_payload_bytes"): "PASS",
        ("ENDP-04", "disallowed_endpoints"): "PASS",
        ("ENDP-04", "unattributed_endpoints"): "PASS",
    }
    # nobody decrypted, so that a zero of resolvers would mean nothing
    end = ends(events)["uses_declared_names_time_and_addressing_only"]
    assert end["blame"] == "skipped" and "went out encrypted and were not decrypted" in end["reason"]
    (network,) = [event["roles"]["network"] for event in events if event["type"] == "rig"]
    assert network["make"] == "pcap"
    assert any("captured by another tap: tap.pcap" in event.get("text", "") for event in events)


def test_a_capture_that_was_cut_is_the_rigs_fault(taped):
    tape = taped / "tap.pcap"
    tape.write_bytes(tape.read_bytes()[:-5])
    events = run(taped, taped / "rig.toml", "after")
    found = ends(events)
    assert len(found) == 2 and not any(event["type"] == "measure" for event in events)
    assert all(end["blame"] == "rig" and "tap.pcap: capture is truncated" in end["reason"] for end in found.values())
