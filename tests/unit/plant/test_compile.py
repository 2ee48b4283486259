import pytest

from harness.errors import UsageError
from harness.plant import compile as ahead
from harness.plant import sources


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module whose warm_up() counts its calls, and a cache folder of its own."""
    (tmp_path / "kernels_here.py").write_text("calls = []\ndef warm_up():\n    calls.append(1)\n")
    (tmp_path / "no_kernels.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sources, "cache_folder", lambda: tmp_path / "cache")
    return "kernels_here"


def test_compiles_once_and_then_sees_the_stamp(module, capsys):
    assert ahead.main([module]) == 0
    assert capsys.readouterr().out.startswith("kernels: compiled in ")
    assert ahead.main([module]) == 0
    assert capsys.readouterr().out == "kernels: up to date\n"
    assert len(__import__(module).calls) == 1


def test_stamp_follows_modules_and_file_times(module, monkeypatch):
    stamp = ahead.stamp_path((module,))
    assert ahead.stamp_path((module, "other")) != stamp
    monkeypatch.setattr(sources, "kernel_sources", lambda: [])
    assert ahead.stamp_path((module,)) != stamp


@pytest.mark.parametrize("name", ["no.such.module", "no_kernels"])
def test_what_is_not_a_kernel_module_is_named(module, name, capsys):
    with pytest.raises(UsageError, match=name.split(".")[0]):
        ahead.compile_modules((name,))
    assert ahead.main([name]) == 3
    assert "name a module that holds kernels" in capsys.readouterr().err
