"""An instrument package from outside is installed and used, and nothing of the core is touched."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from fake_bench import Peer, Terminal

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "lab-cup"
RIG = """
id = "lab"
title = "A bench with an anemometer from outside"
article = "{root}/rigs/articles/embedded.toml"
leases = "leases"
calibration_register = "register.toml"
allows = ["none"]

[target]
kind = "serial"

[target.settings]
radio = "serial:{radio}"

[roles.anemometer]
make = "lab-cup"
{asset}

[roles.anemometer.settings]
device = "{anemometer}"
"""


REGISTER = """
[[assets]]
asset = "CUP-1"
certificate = "2026-7"
laboratory = "Example Calibration"
due = 2099-01-01
unit = "m/s"
ranges = [{ low = 0.5, high = 30.0, uncertainty = 0.2 }]
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder that the package is installed into, by pip and without any index."""
    folder = tmp_path_factory.mktemp("site")
    source = tmp_path_factory.mktemp("source") / "lab-cup"
    shutil.copytree(EXAMPLE, source)
    options = ("--no-deps", "--no-index", "--no-build-isolation", "--quiet", "--target", folder)
    command = [sys.executable, "-m", "pip", "install", *map(str, options), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def rig(*arguments, path):
    environment = {**os.environ, "PYTHONPATH": str(path)} if path else dict(os.environ)
    command = [sys.executable, "-m", "harness", "rig", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_its_make_is_one_of_those_that_there_are(installed):
    assert "anemometer.lab-cup" in rig("list", path=installed).stdout
    assert "anemometer.lab-cup" not in rig("list", path=None).stdout


@pytest.mark.parametrize(
    ("talks", "asset", "state"),
    [(True, 'asset = "CUP-1"', "ok"), (True, "", "no certificate"), (False, 'asset = "CUP-1"', "dead")],
)
def test_it_fills_its_role_on_a_bench(installed, tmp_path, talks, asset, state):
    radio, cup, over = Terminal(), Terminal(), threading.Event()
    peer = Peer(radio)

    def blow():
        while talks and not over.wait(0.1):
            cup.write(b"4.5;90.0\n")

    talker = threading.Thread(target=blow)
    talker.start()
    try:
        text = RIG.format(root=ROOT, radio=radio.device, anemometer=cup.device, asset=asset)
        (tmp_path / "rig.toml").write_text(text)
        (tmp_path / "register.toml").write_text(REGISTER)
        done = rig("check", tmp_path / "rig.toml", "--json", path=installed)
    finally:
        over.set()
        talker.join()
        peer.stop()
        radio.pull()
        cup.pull()
    found = {item["role"]: item for item in json.loads(done.stdout)["findings"]}
    assert found["anemometer"]["state"] == state
    expected = "cup anemometer of our laboratory" if talks else "the cup anemometer says nothing: is it plugged in?"
    assert expected in found["anemometer"]["identity"] + found["anemometer"]["problem"]
    assert found["target"]["state"] == "ok"
