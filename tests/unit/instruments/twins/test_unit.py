"""The embedded drone as a program whose media are files."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from ports import free_ports

from harness.errors import UsageError
from harness.instruments.twins.unit import StoredUnit
from harness.targets.embedded.embedded import EmbeddedWorld

ROOT = Path(__file__).parents[4]


def test_a_unit_that_is_put_away_is_the_same_one_when_it_is_taken_out(tmp_path):
    first = StoredUnit(tmp_path, [])
    world = EmbeddedWorld(first.airframe, 1)
    world.power_on()
    world.power_off()
    first.save()
    second = StoredUnit(tmp_path, [])
    recorder = second.airframe.recorder
    assert recorder.credential == first.airframe.recorder.credential != ""
    assert recorder.medium.image() == first.airframe.recorder.medium.image()
    again = EmbeddedWorld(second.airframe, 1)
    again.power_on()
    # as after any second boot: closed until somebody logs in
    assert recorder.locked
    recorder.log_in(recorder.code, again.now())
    assert not recorder.locked and recorder.alarms == []


def test_the_bench_brings_key_scene_and_authority(tmp_path):
    (tmp_path / "radio.key").write_text("ab" * 32)
    (tmp_path / "scene.txt").write_text("a red cross\n")
    (tmp_path / "trust.pem").write_text("PEM")
    unit = StoredUnit(tmp_path, [])
    unit.look()
    assert (unit.airframe.radio_key, unit.airframe.scene, unit.read_trust()) == (b"\xab" * 32, "a red cross", "PEM")


def test_a_medium_of_another_size_is_refused(tmp_path):
    (tmp_path / "companion-emmc").write_bytes(bytes(4096))
    with pytest.raises(UsageError, match="companion-emmc has 4096 bytes, the medium has 25165824"):
        StoredUnit(tmp_path, [])


def test_the_program_serves_its_links_and_shuts_down_in_order(tmp_path):
    base = free_ports(2)
    command = [sys.executable, "-m", "harness.instruments.twins.unit", "--folder", tmp_path, "--port", base]
    with subprocess.Popen(list(map(str, command)), cwd=ROOT, stderr=subprocess.PIPE, text=True) as unit:
        assert unit.stderr.readline() == "unit: booted\n"
        # the links are served a moment later
        heard = [_hear(base + number, unit) for number in range(2)]
        unit.send_signal(signal.SIGTERM)
        assert unit.wait(20) == 0
    assert all(data.startswith(b"\xfd") for data in heard)
    assert (tmp_path / "element").is_file()


def _hear(port, unit):
    while unit.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 1.0) as link:
                link.settimeout(10.0)
                return link.recv(64)
        except ConnectionRefusedError:
            continue
    raise AssertionError(f"the program ended with {unit.returncode}")


def test_what_it_cannot_serve_is_one_line(tmp_path):
    command = [sys.executable, "-m", "harness.instruments.twins.unit", "--folder", str(tmp_path), "--defect", "absent"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("unit: ") and "absent" in done.stderr and done.stderr.count("\n") == 1
