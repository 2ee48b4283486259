import importlib.util

import pytest

from harness.commands.preloaded import MODULES, run_pytest


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")

    def run(text):
        (tmp_path / "test_it.py").write_text(text)
        return run_pytest(["-q", "-p", "no:cacheprovider"], str(tmp_path))

    return run


@pytest.mark.parametrize(("body", "code"), [("pass", 0), ("assert 0", 1), ("raise KeyboardInterrupt", 2)])
def test_it_ends_as_pytest_ends(folder, body, code, capfd):
    assert folder(f"def test_it():\n    {body}\n") == code
    assert capfd.readouterr() == ("", "")


def test_what_is_killed_has_the_number_of_its_signal(folder):
    assert folder("def test_it():\n    __import__('os').kill(__import__('os').getpid(), 9)\n") == -9


def test_each_run_finds_all_as_it_was_loaded(folder):
    text = (
        "import harness.errors as seen\ndef test_it():\n    assert not hasattr(seen, 'touched')\n    seen.touched = 1\n"
    )
    assert folder(text) == folder(text) == 0


def test_all_that_is_loaded_before_exists():
    assert [name for name in MODULES if importlib.util.find_spec(name) is None] == []


def test_it_is_in_the_folder_and_has_loaded_before(folder, tmp_path):
    text = f"import os, sys\ndef test_it():\n    assert os.getcwd() == {str(tmp_path)!r}\n"
    assert folder(f"{text}    assert set({MODULES!r}) <= set(sys.modules)\n") == 0
