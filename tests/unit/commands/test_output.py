"""Standard output is for results, standard error for the rest; no encoding and no closed pipe breaks a command."""

import io
import subprocess
import sys
from pathlib import Path

import harness
from harness.commands.output import CHECKOUT, say, tell, user_folder


def test_results_and_progress_go_their_ways(capsys):
    say("a result")
    tell("progress")
    assert capsys.readouterr() == ("a result\n", "progress\n")


def test_what_an_encoding_lacks_is_escaped(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    say("≤ 3 \udcff")
    assert written.getvalue() == b"\\u2264 3 \\udcff\n"


def test_a_closed_pipe_is_no_error_and_keeps_the_exit_code():
    command = [sys.executable, "-m", "harness", "requirements", "--json"]
    child = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait(60) == 0


def test_the_checkout_holds_harness_and_suites():
    assert (CHECKOUT / "suites").is_dir()
    assert Path(harness.__file__).is_relative_to(CHECKOUT)


def test_the_demo_key_is_kept_outside_every_checkout(home):
    assert user_folder() == home / ".config" / "dronecert"
