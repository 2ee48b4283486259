"""``supply``: exit codes and output on a maker's whole delivery, and one clear error for each that is none."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from harness.cli import run
from harness.drone.article import Airframe, shipped
from harness.drone.firmware.papers import MAKERS
from harness.supply.archive import unpack


@pytest.fixture
def delivery(tmp_path):
    """The papers of the embedded drone and its image, in a folder."""
    airframe = Airframe(shipped())
    for name in MAKERS:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(airframe.papers.read(name))
    (tmp_path / "image.tar").write_bytes(airframe.firmware.read_image())
    return tmp_path


def supply(delivery, *options, hbom=True):
    also = ("--hbom", str(delivery / "hbom.cdx.json")) if hbom else ()
    return run(["supply", "--sbom", str(delivery / "sbom.cdx.json"), *also, *options])


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_sound_delivery_is_clean(delivery, capsys):
    assert supply(delivery, "--image", str(delivery / "image.tar")) == 0
    out, err = capsys.readouterr()
    assert out.startswith("embedded-drone-firmware 1.4.2: CycloneDX 1.6, 8 components\nSHA-256 ")
    assert "NTIA 2021   supplier                           100.0 %  9 of 9\n" in out
    assert "origin: radio: Radio modem (radio): shown\n" in out
    assert out.endswith("CLEAN\n") and err == ""


def test_json_is_one_object_and_nothing_else(delivery, capsys):
    assert supply(delivery, "--json", "--image", str(delivery / "image.tar")) == 0
    out, _ = capsys.readouterr()
    report = json.loads(out)
    assert (report["sbom"], report["level"], report["findings"], report["doubts"]) == ("sbom.cdx.json", "clean", [], [])
    assert report["contents"]["compared"] == 8 and report["origin"]["percent"] == 100.0
    assert out.count("\n") == 1


def test_findings_are_1(delivery, capsys):
    change(delivery / "hbom.cdx.json", '"value": "made"', '"value": "re-assembled"')
    change(delivery / "sbom.cdx.json", "Example Radio GmbH", "unknown")
    assert supply(delivery) == 1
    out, _ = capsys.readouterr()
    assert "found: supplier: 89 % complete, missing of radio-modem\n" in out
    assert "'re-assembled' is not where it was made" in out and out.endswith("FINDINGS\n")


def test_an_image_may_be_a_folder_and_must_match(delivery, capsys):
    folder = delivery / "image"
    for path, content in unpack((delivery / "image.tar").read_bytes()).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    assert supply(delivery, "--image", str(folder)) == 0
    (folder / "lib" / "libz.so").write_bytes(b"zlib 1.2.11\0")
    assert supply(delivery, "--image", str(folder)) == 1
    out, _ = capsys.readouterr()
    assert "found: zlib 1.3.1: no file of the image has its SHA-256\n" in out
    assert "found: zlib 1.2.11 in lib/libz.so at 0x0: the bill has it as 1.3.1\n" in out
    (folder / "link").symlink_to("/etc/passwd")
    assert supply(delivery, "--image", str(folder), hbom=False) == 2
    assert "doubt: image: 'link' is neither file nor folder" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("data", "doubt"),
    [
        (b"", "document is not JSON"),
        (b"<?xml version='1.0'?>", "bill is XML, which is not read"),
        (b'{"bomFormat": "CycloneDX", "specVersion": "1.2"}', "hand it over as CycloneDX 1.5 to 1.7 and SPDX 2.3"),
        (b"{" * 200_000, "document is not JSON"),
        (b" " * ((16 << 20) + 1), "more than the 16777216 that are read"),
    ],
)
def test_what_cannot_be_examined_is_2(delivery, capsys, data, doubt):
    (delivery / "sbom.cdx.json").write_bytes(data)
    assert supply(delivery, "--json", hbom=False) == 2
    report = json.loads(capsys.readouterr().out)
    assert report["level"] == "not fully examined" and doubt in report["doubts"][0]


def test_a_policy_and_its_lists_decide(delivery, capsys):
    (delivery / "countries.toml").write_text(
        'date = 2026-11-01\nsource = "made up"\nadmits = true\ncountries = ["JP"]\n'
    )
    (delivery / "policy.toml").write_text('title = "x"\n[origin]\ncountries = "countries.toml"\n')
    assert supply(delivery, "--policy", str(delivery / "policy.toml")) == 1
    assert "country 'FI' is not admitted by the list of 2026-11-01 (made up)" in capsys.readouterr().out
    assert supply(delivery, "--policy", str(delivery / "policy.toml"), hbom=False) == 2


def test_evidence_never_leads_out_of_its_folder(delivery, capsys):
    (delivery / "papers").mkdir()
    shutil.move(delivery / "origin", delivery / "papers")
    assert supply(delivery, "--evidence", str(delivery / "papers")) == 0
    (delivery / "papers" / "origin" / "emb-fc1.txt").unlink()
    (delivery / "papers" / "origin" / "emb-fc1.txt").symlink_to("/etc/hostname")
    change(delivery / "hbom.cdx.json", "origin/emb-rf1.txt", "../image.tar")
    assert supply(delivery, "--evidence", str(delivery / "papers")) == 1
    out, _ = capsys.readouterr()
    assert "evidence 'origin/emb-fc1.txt' is not there" in out and "evidence '../image.tar' is not there" in out


@pytest.mark.parametrize("option", ["--sbom", "--hbom", "--policy", "--image", "--evidence"])
def test_a_file_that_is_not_there_is_a_usage_error(delivery, capsys, option):
    assert supply(delivery, option, str(delivery / "gone")) == 3
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("dronecert: ") and "gone" in err and err.count("\n") == 1


def test_a_pipe_is_no_bill(delivery, capsys):
    os.mkfifo(delivery / "pipe")
    assert supply(delivery, "--sbom", str(delivery / "pipe")) == 3


def test_what_a_stranger_wrote_does_not_reach_the_terminal(delivery, capsys):
    change(delivery / "sbom.cdx.json", '"name": "embedded-drone-firmware"', '"name": "a\\u001b[2Jb"')
    supply(delivery)
    assert "\x1b" not in capsys.readouterr().out


# -- docs/supply.md


def blocks():
    """The code of the page, by the word behind its language."""
    text = (Path(__file__).parents[3] / "docs" / "supply.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^```\w+ (\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


def test_the_page_holds_what_it_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    exec(compile(blocks()["papers"], "supply.md", "exec"), {})
    delivery = tmp_path / "delivery"
    for name in ("policy", "countries", "entities"):
        (delivery / f"{name}.toml").write_text(blocks()[name])
    image = ("--image", "delivery/image.tar")
    assert supply(delivery, *image) == supply(delivery, *image, "--policy", "delivery/policy.toml") == 0
    change(delivery / "origin" / "emb-fc1.txt", "made by", "brought by")
    assert supply(delivery) == 1
    assert "evidence 'origin/emb-fc1.txt' has another SHA-256" in capsys.readouterr().out
