"""Operator prompts: a terminal, a time limit, an answer file, and the record of who said what when."""

import os
import re
import threading
import tty

import pytest

from harness.errors import FileError, RigError
from harness.instruments import operator
from harness.instruments.operator import Operator


@pytest.fixture
def screen(monkeypatch):
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    monkeypatch.setattr(operator, "TERMINAL", os.ttyname(theirs))
    yield ours
    os.close(ours)
    os.close(theirs)


@pytest.fixture
def record():
    return []


def answer(screen, text):
    def type_it():
        os.read(screen, 1000)
        os.write(screen, text)

    threading.Thread(target=type_it, daemon=True).start()


def test_an_answer_on_the_terminal_is_recorded_with_name_and_time(screen, record):
    answer(screen, b"done\n")
    Operator(record.append, name="A. Operator").confirm("wind.set", "set the wind to 8.0 m/s", within=5.0)
    pattern = r"operator A\. Operator, \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00, terminal: set the wind to 8.0 m/s -> done"
    assert re.fullmatch(pattern, record[0])


def test_nobody_who_answers_is_told_after_the_time_limit(screen, record):
    with pytest.raises(RigError, match=r"did not answer within 0.1 s: \[wind.set\] set the wind .*; test again"):
        Operator(record.append).confirm("wind.set", "set the wind", within=0.1)
    assert record == []


def test_a_no_is_no_done(screen, record):
    answer(screen, b"the fan is broken\n")
    with pytest.raises(RigError, match="answered 'the fan is broken' to: set the wind; it was not done"):
        Operator(record.append).confirm("wind.set", "set the wind", within=5.0)
    assert "the fan is broken" in record[0]


def test_an_answer_file_answers_and_says_that_it_did(tmp_path, record):
    (tmp_path / "answers.toml").write_text('[answers]\n"wind.set" = "done"\n')
    made = Operator(record.append, name="CI", answers=tmp_path / "answers.toml")
    made.confirm("wind.set", "set the wind", within=0.0)
    assert "CI" in record[0] and "answer file" in record[0]


def test_without_terminal_and_answer_nobody_is_there(tmp_path, record, monkeypatch):
    monkeypatch.setattr(operator, "TERMINAL", tmp_path / "absent")
    with pytest.raises(RigError, match=r"no terminal to ask the operator: .*give 'wind.calm' in an answer file"):
        Operator(record.append).confirm("wind.calm", "stop the wind", within=1.0)


def test_a_list_answers_one_time_after_the_other_and_then_no_more(tmp_path, record):
    (tmp_path / "answers.toml").write_text('[answers]\n"crew.mass" = ["1.5", "2.4"]\n')
    made = Operator(record.append, answers=tmp_path / "answers.toml")
    assert [made.ask("crew.mass", "weigh it", within=0.0).text for _ in range(2)] == ["1.5", "2.4"]
    with pytest.raises(RigError, match=r"the answer file has 2 answers to 'crew.mass' and it was asked again"):
        made.ask("crew.mass", "weigh it", within=0.0)


def test_a_terminal_of_the_rig_is_asked_and_a_late_answer_answers_nothing_else(screen, record, tmp_path):
    terminal = operator.TERMINAL
    os.write(screen, b"done\n")
    made = Operator(record.append, terminal=terminal)
    with pytest.raises(RigError, match=r"did not answer within 0\.2 s"):
        made.confirm("wind.calm", "stop the wind", within=0.2)
    shown = b""
    while b"(no answer)" not in shown:
        shown += os.read(screen, 1000)
    answer(screen, b"do")
    threading.Timer(0.1, lambda: os.write(screen, b"ne\n")).start()
    made.confirm("wind.calm", "stop the wind", within=5.0)
    assert "stop the wind -> done" in record[0]


NOT_ANSWERS = ["", "x = ", "[answers]\na = 1\n", "[other]\n", "answers = 3\n", "[answers]\n[more]\n"]


@pytest.mark.parametrize("text", NOT_ANSWERS)
def test_what_is_no_answer_file_is_refused(tmp_path, record, text):
    (tmp_path / "answers.toml").write_text(text)
    with pytest.raises(FileError):
        Operator(record.append, answers=tmp_path / "answers.toml")
