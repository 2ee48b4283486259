"""The program of the switch's twin, at a pseudo-terminal."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from harness.instruments.twins import sdmux

ROOT = Path(__file__).parents[4]


def answering(terminal, answer):
    def run():
        terminal.read()
        terminal.write(answer)

    threading.Thread(target=run, daemon=True).start()


def test_it_tells_a_word_and_prints_the_answer(terminal):
    answering(terminal, b"host\r\n")
    command = [sys.executable, "-m", "harness.instruments.twins.sdmux", terminal.device, "get"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "host\n")


@pytest.mark.parametrize(("answer", "status"), [(b"ok\r\n", 0), (b"error\r\n", 1)])
def test_a_refusal_is_a_status(terminal, monkeypatch, answer, status):
    answering(terminal, answer)
    monkeypatch.setattr(sys, "argv", ["sdmux", terminal.device, "host"])
    assert sdmux.main() == status


def test_no_answer_and_no_switch_are_told(terminal, monkeypatch, capsys):
    monkeypatch.setattr(sdmux, "WITHIN", 0.1)
    for device in (terminal.device, os.devnull + "-absent"):
        monkeypatch.setattr(sys, "argv", ["sdmux", device, "get"])
        assert sdmux.main() == 1
    assert "no answer within" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["sdmux"])
    assert sdmux.main() == 2
