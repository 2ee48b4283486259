"""``dronecert rig``: whether a rig stands ready, which rigs and makes there are, and the schema of rig files."""

import json
from argparse import Namespace
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from harness.catalogue import load_catalogue
from harness.catalogue.catalogue import DOMAINS
from harness.catalogue.declaration import load_declaration
from harness.catalogue.profile import load_profile
from harness.commands.output import CHECKOUT, say
from harness.errors import FileError
from harness.plugin.options import Request, profile_file, rig_file
from harness.rig import Claims, load_rig
from harness.rig.check import OK, Finding, check_rig
from harness.rig.config import RigFile
from harness.rig.registry import instrument_names, target_kinds
from harness.rig.schema import rig_schema

INCOMPLETE = 2


def rig(arguments: Namespace) -> int:
    """Check, list, or print the schema; returns 0, or 2 when something of a rig is missing, dead or overdue.

    Raises:
        UsageError: a file is wrong.
    """
    match arguments.action:
        case "check":
            return _check(arguments)
        case "list":
            return _list(arguments)
        case _:
            say(json.dumps(rig_schema(), indent=1))
            return 0


def _check(arguments: Namespace) -> int:
    rig = load_rig(rig_file(CHECKOUT, arguments.file))
    article = rig.path.parent / rig.article
    claims = Claims(declaration=load_declaration(article), folder=article.parent)
    findings = check_rig(rig, claims, _needed(rig, arguments.profile))
    if arguments.json:
        say(json.dumps({"rig": rig.id, "findings": [asdict(item) for item in findings]}, indent=1, ensure_ascii=False))
    else:
        for item in findings:
            say(_line(item))
        bad = sum(item.state != OK for item in findings)
        say(f"{rig.id}: " + (f"{bad} of {len(findings)} not ready" if bad else "ready"))
    return 0 if all(item.state == OK for item in findings) else INCOMPLETE


def _needed(rig: RigFile, profile: str) -> Mapping[str, list[str]]:
    """The requirements of a profile by the roles they ask for."""
    path = profile_file(Request(root=CHECKOUT, rig=str(rig.path), profile=profile))
    catalogue = load_catalogue([CHECKOUT / "suites" / domain for domain in DOMAINS])
    needed: defaultdict[str, list[str]] = defaultdict(list)
    for name in load_profile(path, catalogue).requirements:
        for role in catalogue[name].roles:
            needed[str(role)].append(name)
    return needed


def _line(item: Finding) -> str:
    told = (item.identity, item.calibration, f"u {item.uncertainty}" if item.uncertainty else "", item.problem)
    text = "; ".join(part for part in told if part)
    return f"{item.role:<11} {item.state:<10} {item.make or '-':<14} {text}".rstrip()


def _list(arguments: Namespace) -> int:
    folder = Path(arguments.folder or CHECKOUT / "rigs")
    if not folder.is_dir():
        raise FileError(folder, "is no folder: give one that holds rig files")
    paths = sorted(folder.glob("*.toml"))
    rigs = [load_rig(path) for path in paths]
    if arguments.json:
        rows = [{"file": str(item.path), "id": item.id, "title": item.title, **_filled(item)} for item in rigs]
        makes = {"targets": list(target_kinds()), "instruments": list(instrument_names())}
        say(json.dumps({"rigs": rows, **makes}, indent=1, ensure_ascii=False))
        return 0
    for item in rigs:
        filled = _filled(item)
        say(f"{item.path}  {item.id}: {item.title}; target {filled['target']}; {len(item.roles)} roles")
    say(f"targets: {', '.join(target_kinds())}")
    say(f"instruments: {', '.join(instrument_names())}")
    return 0


def _filled(item: RigFile) -> dict[str, object]:
    return {"target": item.spec.target.kind, "roles": {role: spec.make for role, spec in item.roles.items()}}
