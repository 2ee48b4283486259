"""``dronecert requirements`` and ``dronecert defects``."""

import json
from argparse import Namespace
from collections import defaultdict
from pathlib import Path

from harness.catalogue import coverage, load_catalogue
from harness.catalogue.catalogue import DOMAINS
from harness.commands.output import CHECKOUT, say
from harness.drone.defects import DEFECTS
from harness.errors import FileError
from harness.plugin.sources import read_sources


def list_requirements(arguments: Namespace) -> int:
    """Print the catalogue, one line a requirement, with the tests that cover it.

    Raises:
        UsageError: the catalogue is wrong, or a test names an unknown requirement.
    """
    catalogue = load_catalogue([CHECKOUT / "suites" / domain for domain in DOMAINS])
    for mark in read_sources(CHECKOUT / "suites"):
        if mark.requirement not in catalogue:
            problem = f"names a requirement which no catalogue holds: {mark.requirement!r}"
            raise FileError(mark.path, problem, key=mark.test, line=mark.line)
    covered = coverage(catalogue, read_marks(CHECKOUT / "suites"))
    rows = [
        {**item.model_dump(mode="json"), "tests": list(covered[item.id])} for item in catalogue.requirements.values()
    ]
    if arguments.json:
        say(json.dumps({"requirements": rows}, indent=1, ensure_ascii=False))
        return 0
    for row in rows:
        tests = ", ".join(row["tests"]) or "no test yet"
        say(f"{row['id']:<9} {row['shown']:<18} {row['title']}  [{tests}]")
    count = sum(bool(row["tests"]) for row in rows)
    say(f"{len(rows)} requirements, {count} covered by tests")
    return 0


def read_marks(suites: Path) -> dict[str, list[str]]:
    """Names of the tests by the requirement that they name, read from the source without running it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for mark in read_sources(suites):
        found[mark.requirement].append(f"{mark.path.parent.name}/{mark.path.name}::{mark.test}")
    return dict(found)


def list_defects(arguments: Namespace) -> int:
    """Print the defects of the embedded drone with what must catch them."""
    if arguments.json:
        rows = [
            {
                "name": item.name,
                "claim": item.summary,
                "caught_by": list(item.caught_by),
                "also_touches": dict(item.also_touches),
            }
            for item in DEFECTS.values()
        ]
        say(json.dumps({"defects": rows}, indent=1, ensure_ascii=False))
        return 0
    for item in DEFECTS.values():
        touches = "".join(f"; may touch {name}: {why}" for name, why in item.also_touches.items())
        say(f"{item.name:<24} caught by {', '.join(item.caught_by):<9} {item.summary}{touches}")
    return 0
