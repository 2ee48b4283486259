"""The process of the twins: it says when it is ready, serves its places, and takes them away."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from ports import free_ports

ROOT = Path(__file__).parents[4]


KEPT = {"radio.key", "credential", "code", "retained", "slot", "unit-1"}


def command(*arguments):
    return [sys.executable, "-m", "harness.instruments.twins", *map(str, arguments)]


def test_it_serves_its_places_until_it_is_stopped(tmp_path):
    base = free_ports(6)
    twins = subprocess.Popen(
        command("--folder", tmp_path / "hall", "--port", base, "--fault", "relay=dead"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert twins.stdout.readline() == "ready\n"
        places = {path.name for path in (tmp_path / "hall").iterdir()}
        serial = {"radio", "usb", "intruder", "local", "anemometer", "rtk", "reference", "estop", "takeover", "sdmux"}
        assert places == {*serial, "operator", *KEPT}
        assert (tmp_path / "hall" / "radio.key").stat().st_mode & 0o77 == 0
        for number in range(6):
            socket.create_connection(("127.0.0.1", base + number), 5).close()
    finally:
        twins.send_signal(signal.SIGTERM)
        out, err = twins.communicate(timeout=30)
    assert (twins.returncode, out, "Traceback" in err) == (0, "", False)
    assert {path.name for path in (tmp_path / "hall").iterdir()} == KEPT


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--fault", "relay=sleepy"), "--fault relay=sleepy: twins are"),
        (("--fault", "relay=lossy"), "--fault relay=lossy: twins are"),
        (("--fault", "moon=dead"), "--fault moon=dead: twins are"),
        (("--defect", "no-such"), "there is no defect 'no-such'"),
    ],
)
def test_what_cannot_be_served_is_one_line_and_3(tmp_path, arguments, problem):
    done = subprocess.run(
        command("--folder", tmp_path, *arguments), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert problem in done.stderr and "Traceback" not in done.stderr
