"""What others say of the evidence: cryptsetup of the volume, tshark of the capture. None of our readers is used."""

import gzip
import json
import shutil
import subprocess

import pytest

from harness.evidence.record import read_events
from harness.rig import seed_for
from harness.targets.embedded.embedded import EmbeddedTarget
from harness.timing import run_for

LUKS2 = b"LUKS\xba\xbe\x00\x02"
needs_cryptsetup = pytest.mark.skipif(shutil.which("cryptsetup") is None, reason="cryptsetup is not installed")
needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def exhibits(run, name):
    events = read_events(run.folder)
    named = [event for event in events if event["type"] == "attach" and event["name"] == name]
    return [(run.folder / event["file"]).read_bytes() for event in named]


def volume(image, path):
    """The volume alone: from its header on."""
    path.write_bytes(image[image.index(LUKS2) :])
    return path


def cryptsetup(*arguments, **options):
    return subprocess.run(["cryptsetup", *map(str, arguments)], capture_output=True, check=False, **options)


@needs_cryptsetup
def test_cryptsetup_reads_the_header_of_each_volume_in_evidence(main_job, tmp_path):
    images = exhibits(main_job, "medium image (gzip)")
    assert len(images) >= 3
    for image in images:
        path = volume(gzip.decompress(image), tmp_path / "volume")
        assert cryptsetup("isLuks", "--type", "luks2", path).returncode == 0
        header = json.loads(cryptsetup("luksDump", "--dump-json-metadata", path).stdout)
        assert header["segments"]["0"]["encryption"] == "aes-xts-plain64"
        assert header["segments"]["0"]["sector_size"] == 4096
        assert {slot["kdf"]["type"] for slot in header["keyslots"].values()} == {"argon2id"}


@needs_cryptsetup
def test_cryptsetup_refuses_a_header_that_was_changed(main_job, tmp_path):
    path = volume(gzip.decompress(exhibits(main_job, "medium image (gzip)")[0]), tmp_path / "volume")
    data = bytearray(path.read_bytes())
    # both copies of the metadata
    for start in (0, data.index(b"SKUL\xba\xbe")):
        data[start + 5000] ^= 1
    path.write_bytes(data)
    assert cryptsetup("luksDump", path).returncode != 0


@pytest.fixture(scope="module")
def unit():
    """A unit that recorded and was switched off: its medium and its credential."""
    world = EmbeddedTarget().new_world(seed_for(1, "referee", "target"))
    world.sockets.trust("")
    world.power_on()
    run_for(world, 1.0)
    world.power_off()
    return world.sockets.medium(), world.sockets.credential()


@needs_cryptsetup
@pytest.mark.parametrize(("change", "code"), [("", 0), ("x", 2)])
def test_cryptsetup_opens_the_volume_with_the_credential_only(unit, change, code, tmp_path):
    path = volume(unit[0], tmp_path / "volume")
    credential = (unit[1] + change).encode()
    done = cryptsetup("open", "--test-passphrase", "--type", "luks2", "--key-file=-", path, input=credential)
    assert done.returncode == code, done.stderr


@pytest.fixture
def tshark(tmp_path):
    """Fields of the frames of a capture that a filter lets through."""
    path = tmp_path / "capture.pcap"

    def fields(capture, shown, field):
        path.write_bytes(capture)
        command = ["tshark", "-r", str(path), "-Y", shown, "-T", "fields", "-e", field]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    return fields


WRONG = "_ws.malformed || _ws.expert.severity >= error"


@needs_tshark
def test_tshark_reads_each_capture_without_a_malformed_frame(main_job, tshark):
    captures = exhibits(main_job, "network capture")
    assert captures
    for capture in captures:
        assert len(tshark(capture, "frame", "frame.number")) > 20
        assert tshark(capture, WRONG, "frame.number") == []


@needs_tshark
def test_tshark_sees_the_declared_names_and_real_handshakes(main_job, tshark):
    capture = exhibits(main_job, "network capture")[0]
    names = tshark(capture, "tls.handshake.type == 1", "tls.handshake.extensions_server_name")
    assert set(names) == {"update.dronecert.example", "telemetry.dronecert.example"}
    assert tshark(capture, "tls.handshake.type == 2", "frame.number")
    assert set(tshark(capture, "dns.flags.response == 0", "ip.dst")) == {"10.77.0.1"}


@needs_tshark
def test_tshark_sees_a_damaged_frame(main_job, tshark):
    capture = bytearray(exhibits(main_job, "network capture")[0])
    # the count of questions of the first query after its name
    start = capture.index(b"\x06update\x09dronecert")
    capture[start] = 0x3F
    assert tshark(bytes(capture), WRONG, "frame.number")
