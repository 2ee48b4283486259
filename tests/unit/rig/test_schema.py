import tomllib
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from harness.rig.schema import rig_schema

ROOT = Path(__file__).parents[3]
RIGS = sorted((ROOT / "rigs").glob("*.toml"))


@pytest.fixture(scope="module")
def validator():
    schema = rig_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def as_json(thing):
    match thing:
        case dict():
            return {key: as_json(value) for key, value in thing.items()}
        case list():
            return [as_json(value) for value in thing]
        case date():
            return thing.isoformat()
        case _:
            return thing


@pytest.mark.parametrize("path", RIGS, ids=lambda path: path.name)
def test_every_rig_of_the_project_fits(validator, path):
    validator.validate(as_json(tomllib.loads(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kind = "embedded"', 'kind = "px5"'),
        ('kind = "embedded"', 'kind = "embedded"\nsettings = { speed = 1 }'),
        ('make = "mavlink"', 'make = "plant"'),
        ("[roles.vehicle]", "[roles.vehikel]"),
        ("latitude = 35.6762\n", ""),
        ("latitude = 35.6762", "latitude = 95.0"),
        ('allows = ["none"', 'allows = ["any"'),
        ("[roles.storage.settings]\nlatitude = 35.6762\nlongitude = 139.6503", ""),
        ('id = "embedded"', 'idd = "embedded"'),
    ],
)
def test_a_mistake_does_not(validator, old, new):
    text = (ROOT / "rigs" / "embedded.toml").read_text(encoding="utf-8")
    assert old in text
    assert not validator.is_valid(as_json(tomllib.loads(text.replace(old, new))))
