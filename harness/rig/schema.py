"""A JSON Schema of rig files, for editors: made of the models that read them."""

from typing import Any

from pydantic import BaseModel

from harness.instruments.settings import SETTINGS
from harness.rig.config import RigSpec
from harness.rig.registry import INSTRUMENTS, TARGETS, instrument_names, target_kinds
from harness.rig.targetsettings import TARGET_SETTINGS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NOTHING = {"type": "object", "maxProperties": 0}
ANYTHING = {"type": "object"}


def rig_schema() -> dict[str, Any]:
    """The schema of a rig file, with the makes and targets that are installed; dates are texts of ISO 8601.

    A make or target from elsewhere knows its settings itself, so its settings are not described.
    """
    schema = RigSpec.model_json_schema()
    definitions = schema["$defs"]
    roles: dict[str, list[str]] = {}
    for name in instrument_names():
        role, _, make = name.partition(".")
        roles.setdefault(role, []).append(make)
    role_spec = {"$ref": "#/$defs/RoleSpec"}
    schema["properties"]["roles"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            role: {"allOf": [role_spec, _one_of("make", [_make(definitions, role, make) for make in makes])]}
            for role, makes in roles.items()
        },
    }
    targets = [(kind, _target_settings(definitions, kind)) for kind in target_kinds()]
    schema["properties"]["target"] = {"allOf": [{"$ref": "#/$defs/TargetSpec"}, _one_of("kind", targets)]}
    return {"$schema": DIALECT, **schema}


def _one_of(key: str, choices: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """A choice by the value of `key`, each with its settings."""
    cases = [
        {
            "if": {"properties": {key: {"const": name}}},
            "then": {"properties": {"settings": settings}, **_demand(settings)},
        }
        for name, settings in choices
    ]
    return {"properties": {key: {"enum": [name for name, _ in choices]}}, "allOf": cases}


def _demand(settings: dict[str, Any]) -> dict[str, Any]:
    return {"required": ["settings"]} if settings.get("required") else {}


def _make(definitions: dict[str, Any], role: str, make: str) -> tuple[str, dict[str, Any]]:
    name = f"{role}.{make}"
    if name not in INSTRUMENTS:
        return make, ANYTHING
    return make, _described(definitions, SETTINGS.get(name))


def _target_settings(definitions: dict[str, Any], kind: str) -> dict[str, Any]:
    return _described(definitions, TARGET_SETTINGS.get(kind)) if kind in TARGETS else ANYTHING


def _described(definitions: dict[str, Any], model: type[BaseModel] | None) -> dict[str, Any]:
    if model is None:
        return NOTHING
    schema = model.model_json_schema(ref_template="#/$defs/{model}")
    definitions |= schema.pop("$defs", {})
    return schema
