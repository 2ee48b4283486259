"""Standard output is for results, standard error for the rest; no encoding and no closed pipe breaks a command."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

import harness
from harness.commands.output import CHECKOUT, new_folder, say, tell, user_folder
from harness.errors import UsageError


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


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_stream_that_was_closed_before_is_no_error(monkeypatch, stream):
    monkeypatch.setattr(sys, stream, None)
    say("a result")
    tell("progress")


def test_a_new_folder_is_made_and_a_used_one_refused(tmp_path):
    made = new_folder("--out", str(tmp_path / "a" / "b"))
    assert made.is_dir() and new_folder("--out", str(made)) == made
    (made / "kept").touch()
    for name in (made, made / "kept"):
        with pytest.raises(UsageError, match=r"^--out .* is not an empty folder"):
            new_folder("--out", str(name))
    with pytest.raises(UsageError, match="no folder can be made there: Not a directory"):
        new_folder("--out", str(made / "kept" / "below"))
