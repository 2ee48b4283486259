"""Real material, damaged at random: one clear error or an answer, never a crash, never for long."""

import json
import random
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.catalogue import load_catalogue, load_declaration, load_profile
from harness.catalogue.catalogue import DOMAINS
from harness.errors import HarnessError
from harness.evidence.record import RECORD_NAME
from harness.evidence.results import read_results
from harness.network.decode import decode
from harness.network.pcap import read_capture
from harness.network.tls import parse_client_hello
from harness.plugin.conditions import read_conditions
from harness.rig import load_rig
from harness.storage import acquire
from harness.storage.volumes.luks import find_volumes
from harness.supply.archive import unpack
from harness.supply.examination import Delivery, examine
from harness.supply.policy import DEFAULT
from harness.supply.sbom import read_bill
from harness.targets.embedded.embedded import EmbeddedTarget
from harness.timing import run_for

ROOT = Path(__file__).parents[2]
ROUNDS = 5000
LONGEST = 10.0
TOKENS = (b"\x00", b"\xff\xff\xff\xff", b'"', b"[", b"[[", b"]", b"=", b"\n", b"9" * 40, b"-1", b"1e999", b"nan", b"{}")


def damaged(rng, data):
    """`data` with a few bytes changed, cut out, doubled or put in."""
    made = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at, size = rng.randrange(len(made) + 1), rng.choice((1, 1, 4, 30, 2000))
        match rng.randrange(5):
            case 0 if at < len(made):
                made[at] ^= 1 << rng.randrange(8)
            case 1:
                del made[at : at + size]
            case 2:
                made[at:at] = made[at : at + size]
            case 3:
                made[at:at] = rng.choice(TOKENS)
            case _:
                made[at : at + size] = rng.randbytes(min(size, 30))
    return bytes(made[: rng.randrange(len(made) + 1)] if rng.random() < 0.1 else made)


def torture(data, judge, rounds=ROUNDS):
    """Every damaged form of `data` gets an answer or a clear error; gives how many got which."""
    answers = errors = 0
    for number in range(rounds):
        rng = random.Random(number)
        start = time.monotonic()
        try:
            judge(damaged(rng, data))
            answers += 1
        except HarnessError as error:
            assert str(error).strip(), number
            errors += 1
        assert time.monotonic() - start < LONGEST, number
    return answers, errors


@pytest.fixture
def filed(tmp_path):
    """A judge of files that is handed bytes."""

    def through(read, name="damaged.toml"):
        def judge(data):
            (tmp_path / name).write_bytes(data)
            return read(tmp_path / name)

        return judge

    return through


@pytest.fixture(scope="module")
def unit():
    world = EmbeddedTarget().new_world(1)
    world.sockets.trust("")
    world.power_on()
    run_for(world, 1.0)
    world.power_off()
    return world


@pytest.fixture(scope="module")
def run(suites):
    return suites("--suite", "endpoints", "--suite", "supply_chain")


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", ["rigs/embedded.toml", "rigs/articles/embedded.toml", "rigs/profiles/baseline.toml"])
def test_files_of_the_user(name, filed):
    catalogue = load_catalogue([ROOT / "suites" / domain for domain in DOMAINS])
    readers = {"rigs": load_rig, "articles": load_declaration, "profiles": lambda path: load_profile(path, catalogue)}
    path = ROOT / name
    answers, errors = torture(path.read_bytes(), filed(readers[path.parent.name]))
    assert answers
    assert errors > answers


@pytest.mark.timeout(3600)
def test_conditions(filed):
    data = (ROOT / "suites/strong_wind/conditions.toml").read_bytes()
    answers, errors = torture(data, filed(lambda path: read_conditions(path, "short", "gust")))
    assert answers
    assert errors


@pytest.mark.timeout(3600)
def test_records(run, tmp_path):
    def judge(data):
        (tmp_path / RECORD_NAME).write_bytes(data)
        read_results(tmp_path)

    answers, errors = torture((run.folder / RECORD_NAME).read_bytes(), judge, 500)
    assert answers
    assert errors


@pytest.mark.timeout(3600)
def test_captures(run):
    (capture,) = [item for case in run.cases for item in case.attachments if item.kind == "capture"]

    def judge(data):
        for packet in read_capture(data).packets:
            frame = decode(packet)
            parse_client_hello(getattr(frame, "payload", b""))

    torture((run.folder / capture.file).read_bytes(), judge, 1000)


@pytest.mark.timeout(3600)
def test_volumes(unit):
    image = unit.sockets.medium()
    start = image.index(b"LUKS\xba\xbe\x00\x02")
    before, header, after = image[:start], image[start : start + 40000], image[start + 40000 :][: 1 << 20]
    torture(header, lambda data: find_volumes(acquire(before + data + after)), 500)


@pytest.mark.timeout(3600)
def test_bills(unit):
    torture(unit.sockets.bill(), read_bill, 1000)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", ["sbom", "hbom", "image"])
def test_deliveries(unit, part):
    files = unpack(unit.sockets.firmware())
    sound = Delivery(
        sbom=unit.sockets.papers("sbom.cdx.json"),
        hbom=unit.sockets.papers("hbom.cdx.json"),
        files=lambda: files,
        evidence=lambda name: None,
        received=datetime(2099, 1, 1, tzinfo=UTC),
    )

    def judge(data):
        change = {"files": lambda: unpack(data)} if part == "image" else {part: data}
        report = examine(replace(sound, **change), DEFAULT)
        json.dumps(report.to_json(), allow_nan=False)
        # the evidence is missing, so nothing is ever clean
        assert report.level != "clean"

    torture(unit.sockets.firmware() if part == "image" else getattr(sound, part), judge, 1000)
