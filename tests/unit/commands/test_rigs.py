"""``rig``: ready is 0, something missing or dead is 2, a wrong file 3; one line for each role."""

import json

import jsonschema
import pytest

from harness.commands.output import CHECKOUT
from harness.rig import load_rig

EMBEDDED = CHECKOUT / "rigs" / "embedded.toml"


@pytest.fixture
def rig_file(tmp_path):
    def write(old, new):
        text = EMBEDDED.read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "rig.toml"
        article = f'article = "{CHECKOUT}/rigs/articles/embedded.toml"'
        path.write_text(text.replace(old, new).replace('article = "articles/embedded.toml"', article))
        return str(path)

    return write


def test_the_embedded_rig_is_ready(command):
    done = command("rig", "check", str(EMBEDDED))
    lines = done.out.splitlines()
    assert (done.code, done.err, lines[-1]) == (0, [], "embedded: ready")
    assert lines[0].startswith("target      ok         embedded")
    assert len(lines) == 2 + len(load_rig(EMBEDDED).roles)


def test_a_missing_role_and_an_overdue_calibration_are_2(command, rig_file):
    path = rig_file('[roles.crew]\nmake = "plant"\n', "")
    done = command("rig", "check", path, "--json")
    assert done.code == 2
    findings = {item["role"]: item for item in json.loads(done.out)["findings"]}
    assert findings["crew"]["state"] == "missing" and "WIND-11" in findings["crew"]["problem"]
    assert findings["wind"]["state"] == "ok"
    calibration = '[roles.wind.calibration]\ncertificate = "W"\ndue = 2001-01-31\nuncertainty = 0.1\n\n[roles.truth]'
    done = command("rig", "check", rig_file("[roles.truth]", calibration))
    assert done.code == 2
    assert (
        "wind        overdue    plant          simulated; W, due 2001-01-31; u 0.1; its calibration ended" in done.out
    )
    assert done.out.splitlines()[-1] == f"embedded: 1 of {1 + len(load_rig(EMBEDDED).roles)} not ready"


@pytest.mark.parametrize(
    "arguments", [("check",), ("check", "/no/such.toml"), (), ("check", str(EMBEDDED), "--profile=x")]
)
def test_wrong_usage_is_3(command, arguments):
    done = command("rig", *arguments)
    assert (done.code, done.out) == (3, "")
    assert done.err


def test_rigs_and_makes_are_listed(command):
    done = command("rig", "list")
    assert done.code == 0
    assert "embedded: Embedded drone in virtual time; target embedded; " in done.out
    listed = json.loads(command("rig", "list", "--json").out)
    assert "wind.plant" in listed["instruments"] and "embedded" in listed["targets"]
    assert next(item for item in listed["rigs"] if item["id"] == "embedded")["roles"]["wind"] == "plant"


def test_the_schema_is_one(command):
    done = command("rig", "schema")
    assert done.code == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(done.out))


@pytest.mark.parametrize("name", ["absent", "rig.toml"])
def test_a_folder_that_is_none_holds_no_rigs(command, tmp_path, name):
    (tmp_path / "rig.toml").touch()
    done = command("rig", "list", tmp_path / name)
    assert done.code == 3 and "is no folder" in done.err[0]


def test_a_rig_is_found_by_its_name(command):
    assert command("rig", "check", "embedded").out.splitlines()[-1] == "embedded: ready"
    assert "did you mean 'embedded'?" in command("rig", "check", "embeded").err[0]
