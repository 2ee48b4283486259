"""Set-up: one installation for all commands, no address in it, and CI that runs what the README says."""

import configparser
import importlib.util
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from tox.tox_env.info import Info

ROOT = Path(__file__).parents[2]
SHARED = ("certify", "test", "bench", "lint")
INSTALLS = ("package", "extras", "deps", "dependency_groups", "base_python", "runner")
PASSED = ["CI", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS"]
PASSED += ["NPM_CONFIG_*", "npm_config_*", "PIP_*", "SSL_*", "UV_*"]
TEST_COMMAND = "pipx run tox -e test"


@pytest.fixture(scope="module")
def tox():
    config = configparser.ConfigParser(interpolation=None)
    config.read_string((ROOT / "tox.ini").read_text())
    return config


@pytest.fixture(scope="module")
def toxfile():
    spec = importlib.util.spec_from_file_location("toxfile", ROOT / "toxfile.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def own_installations(config, names):
    """Environments of a shared folder that would install something else than the others."""
    return [f"{name}: {key}" for name in names for key in INSTALLS if key in config[f"testenv:{name}"]]


def forgiving(config):
    """Commands whose failure tox would ignore."""
    lines = [line for section in config.values() for key in section for line in section[key].splitlines()]
    return [line for line in lines if re.match(r"\s*[-!]\s", line)]


class Environment:
    """As much of a tox environment as the plugin sees."""

    def __init__(self, folder):
        self.env_dir = folder

    @property
    def cache(self):
        return Info(self.env_dir)


def test_all_commands_share_one_folder_and_one_installation(tox):
    assert {tox[f"testenv:{name}"]["env_dir"] for name in SHARED} == {"{[shared]env_dir}"}
    assert own_installations(tox, SHARED) == []


def test_the_sweep_has_its_fuzzer_in_a_folder_of_its_own(tox):
    assert "env_dir" not in tox["testenv:sweep"]
    assert tox["testenv:sweep"]["extras"].split() == ["test", "sweep"]


def test_an_installation_of_its_own_is_caught(tox):
    other = configparser.ConfigParser(interpolation=None)
    other.read_string("[testenv:docs]\nenv_dir = x\ndeps = sphinx\n")
    assert own_installations(other, ["docs"]) == ["docs: deps"]


def test_three_interpreters_are_named_and_each_has_its_own_folder(tox):
    assert tox["tox"]["env_list"] == "py3{11,12,13}"
    assert "env_dir" not in tox["testenv"]
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert wanted == ">=3.11"


@pytest.mark.parametrize("name", PASSED)
def test_what_a_closed_network_needs_is_passed_on(tox, name):
    assert name in tox["testenv"]["pass_env"].split()


def test_no_failure_is_ignored(tox):
    assert forgiving(tox) == []


def test_an_ignored_failure_is_caught():
    config = configparser.ConfigParser(interpolation=None)
    config.read_string("[testenv]\ncommands =\n    python -m a\n    - python -m b\n")
    assert forgiving(config) == ["- python -m b"]


def changed(folder, name, runner="VirtualEnvRunner"):
    """Whether tox would rebuild the folder for this environment; tox's own comparison, and its own condition."""
    with Environment(folder).cache.compare({"name": name, "type": runner}, "ToxEnv") as (equal, old):
        return not equal and old is not None


def test_a_folder_set_up_under_another_name_is_not_rebuilt(tmp_path, toxfile):
    assert not changed(tmp_path, "certify")
    toxfile.tox_before_run_commands(Environment(tmp_path))
    assert not changed(tmp_path, "test")


def test_without_the_plugin_it_would_be(tmp_path):
    assert not changed(tmp_path, "certify")
    assert changed(tmp_path, "test")


def test_the_plugin_forgets_nothing_else(tmp_path, toxfile):
    with Environment(tmp_path).cache.compare({"version_info": [3, 11]}, "Python"):
        pass
    toxfile.tox_before_run_commands(Environment(tmp_path))
    assert json.loads((tmp_path / ".tox-info.json").read_text())["Python"] == {"version_info": [3, 11]}


def test_ci_ends_with_the_command_of_the_readme():
    assert TEST_COMMAND in (ROOT / "README.md").read_text()
    lines = (ROOT / ".ci/run").read_text().rstrip().splitlines()
    assert lines[-1] == f"exec {TEST_COMMAND}"
    assert "set -euo pipefail" in lines
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_ci_is_bash_without_mistakes_of_form():
    subprocess.run(["bash", "-n", str(ROOT / ".ci/run")], check=True, timeout=10)


def test_the_lock_of_the_report_names_no_address():
    lock = json.loads((ROOT / "tools/report/package-lock.json").read_text())
    assert lock["packages"]
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
