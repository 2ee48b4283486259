"""The plan of a run: what is to be shown, by which tests, against which limits; recorded before any deselection."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.catalogue import Quantity, Requirement, Shown
from harness.errors import FileError, UsageError
from harness.plugin.case import CasePlan, Key
from harness.plugin.conditions import Condition
from harness.plugin.marks import Named, read_marks
from harness.plugin.options import RunConfig
from harness.plugin.sources import read_sources

# stands for the case where a quantity has none
NO_CASE = "no test"
Triple = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The cases of a run by pytest node id, and the scope they serve.

    Attributes:
        scope: ids of the requirements that count.
        cases: the cases.
        untested: quantities that no case shows although others of the same requirement are shown.
        hidden: triples of tests that stand in the suites and were not collected, of requirements that others show.
    """

    scope: tuple[str, ...]
    cases: Mapping[str, CasePlan]
    untested: tuple[Key, ...] = ()
    hidden: tuple[Triple, ...] = ()

    @property
    def expected(self) -> list[list[str]]:
        """All (requirement, case, quantity) triples."""
        shown = [[req, case.id, name] for case in self.cases.values() for req, name in case.limits]
        return shown + [[req, NO_CASE, name] for req, name in self.untested] + [list(triple) for triple in self.hidden]


def make_plan(run: RunConfig, items: Sequence[pytest.Item]) -> Plan:
    """Match the collected tests to the catalogue.

    Raises:
        UsageError: a test names no requirement or an unknown one, or two cases share an id.
    """
    scope = _scope(run)
    cases: dict[str, CasePlan] = {}
    for item in items:
        shown = _shown(run, item)
        if any(req in scope for req, _ in shown):
            cases[item.nodeid] = _case(run, item, [key for key in shown if key[0] in scope], shown)
    _refuse_twins(cases)
    return Plan(scope=scope, cases=cases, untested=_untested(run, cases), hidden=_hidden(run, items, cases))


def _untested(run: RunConfig, cases: Mapping[str, CasePlan]) -> tuple[Key, ...]:
    shown = {key for case in cases.values() for key in case.limits}
    return tuple(
        (name, quantity.name)
        for name in run.basis.catalogue.ids
        for quantity in run.basis.catalogue[name].quantities
        if any(name == req for req, _ in shown) and (name, quantity.name) not in shown
    )


def _hidden(run: RunConfig, items: Sequence[pytest.Item], cases: Mapping[str, CasePlan]) -> tuple[Triple, ...]:
    """What a module that skips itself, or a setting of pytest, keeps out of the plan: it must not pass on the rest."""
    collected = {(item.path, item.name.partition("[")[0]) for item in items}
    shown = {requirement for case in cases.values() for requirement in case.requirements}
    suites = dict.fromkeys([run.request.root / "suites", *(item.path.parents[1] for item in items)])
    return tuple(
        dict.fromkeys(
            (mark.requirement, f"{mark.path.parent.name}/{mark.test.removeprefix('test_')}", quantity.name)
            for folder in suites
            for mark in read_sources(folder)
            if mark.requirement in shown and (mark.path, mark.test) not in collected
            for quantity in run.basis.catalogue[mark.requirement].quantities
            if mark.quantity in ("", quantity.name)
        )
    )


def _scope(run: RunConfig) -> tuple[str, ...]:
    suites, only = run.request.suites, run.request.requirements
    return tuple(
        item.id
        for item in run.basis.catalogue.requirements.values()
        if item.id in run.basis.profile.requirements
        and (not suites or item.domain in suites)
        and (not only or item.id in only)
    )


def _shown(run: RunConfig, item: pytest.Item) -> list[Key]:
    marks = read_marks(item)
    if not marks:
        raise UsageError(f"{item.nodeid} names no requirement: mark it with @requirement(...)")
    keys = ((mark.requirement, quantity.name) for mark in marks for quantity in _quantities(run, item, mark))
    return list(dict.fromkeys(keys))


def _quantities(run: RunConfig, item: pytest.Item, mark: Named) -> tuple[Quantity, ...]:
    if mark.requirement not in run.basis.catalogue:
        raise _unknown(item, mark)
    quantities = run.basis.catalogue[mark.requirement].quantities
    chosen = tuple(quantity for quantity in quantities if mark.quantity in ("", quantity.name))
    if not chosen:
        raise UsageError(f"{item.nodeid} names {mark.requirement}.{mark.quantity}, which is not a quantity of it")
    return chosen


def _unknown(item: pytest.Item, mark: Named) -> FileError:
    place = f"which no catalogue holds: {mark.requirement!r}"
    line = item.location[1]
    return FileError(item.path, f"names a requirement {place}", key=item.name, line=None if line is None else line + 1)


def _case(run: RunConfig, item: pytest.Item, inside: Sequence[Key], shown: Sequence[Key]) -> CasePlan:
    function = getattr(item, "function", None)
    docstring = (getattr(function, "__doc__", None) or "").strip()
    if not docstring:
        raise UsageError(f"{item.nodeid} has no docstring: its first line is the title in the report")
    return CasePlan(
        id=f"{item.path.parent.name}/{item.name.removeprefix('test_')}",
        title=docstring.splitlines()[0],
        nodeid=item.nodeid,
        requirements=tuple(dict.fromkeys(req for req, _ in inside)),
        limits={key: run.basis.limits[key] for key in inside},
        outside=tuple(key for key in shown if key not in inside),
        conditions=_conditions(item),
    )


def _conditions(item: pytest.Item) -> dict[str, str]:
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    rows = {name: row for name, row in parameters.items() if isinstance(row, Condition)}
    return {
        key if len(rows) == 1 else f"{name}.{key}": str(value)
        for name, row in rows.items()
        for key, value in row.values.items()
    }


def _refuse_twins(cases: Mapping[str, CasePlan]) -> None:
    seen: dict[str, str] = {}
    for nodeid, case in cases.items():
        if case.id in seen:
            raise UsageError(f"{nodeid} and {seen[case.id]} have the same case id {case.id!r}: rename one")
        seen[case.id] = nodeid


def plan_event(run: RunConfig, plan: Plan) -> dict[str, Any]:
    """The fields of the plan event."""
    profile, basis = run.basis.profile, run.basis
    return {
        "profile": {
            **profile.model_dump(mode="json", include={"id", "title", "depth", "rule"}),
            **_file(run.profile_file),
        },
        "article": basis.declaration.article.model_dump(mode="json"),
        "declaration": _file(run.article_file),
        "rig": {"id": run.rig.id, "title": run.rig.title, "simulated": run.rig.simulated, **_file(run.rig.path)},
        "seed": run.seed,
        "defects": list(run.defects),
        "rig_faults": list(run.rig.faults),
        "job": basis.job.model_dump(mode="json") if basis.job else {},
        "partial": _partial(run),
        "scope": list(plan.scope),
        "requirements": [_requirement(run, plan, item) for item in basis.catalogue.requirements.values()],
        "expected": plan.expected,
    }


def _partial(run: RunConfig) -> str:
    chosen = [*run.request.suites, *run.request.requirements]
    return f"{', '.join(chosen)} only" if chosen else ""


def _requirement(run: RunConfig, plan: Plan, item: Requirement) -> dict[str, Any]:
    tests = [case.nodeid for case in plan.cases.values() if item.id in case.requirements]
    breaches = [str(breach) for breach in run.basis.breaches if breach.requirement == item.id and item.id in plan.scope]
    return {
        **item.model_dump(mode="json", exclude={"quantities"}),
        "quantities": [_quantity(run, item.id, quantity) for quantity in item.quantities],
        "not_applicable": run.basis.profile.not_applicable.get(item.id, ""),
        "not_tested_reason": _named_document(run, item) if tests else _why_untested(run, plan, item),
        "breaches": breaches,
        "tests": tests,
    }


def _quantity(run: RunConfig, requirement: str, quantity: Quantity) -> dict[str, Any]:
    limit = run.basis.limits.get((requirement, quantity.name))
    return {
        **quantity.model_dump(mode="json", include={"name", "title", "unit", "measurand", "origin"}),
        "limit": {"lower": limit.lower if limit else None, "upper": limit.upper if limit else None},
    }


def _why_untested(run: RunConfig, plan: Plan, item: Requirement) -> str:
    if item.id not in plan.scope:
        narrowed = item.id in run.basis.profile.requirements
        return "outside the chosen part of the profile" if narrowed else f"outside the profile {run.basis.profile.id}"
    document = _named_document(run, item)
    if document:
        return document
    if item.shown == Shown.EXTERNAL_DOCUMENT:
        return "shown by an external document only, and the job names none"
    if item.shown == Shown.OPERATOR_ASSISTED:
        return "shown with an operator's hand only, and this rig has none"
    return "no test of the suites shows it yet"


def _named_document(run: RunConfig, item: Requirement) -> str:
    """The document from elsewhere that the job names for a requirement, in words; "" for none."""
    documents = run.basis.job.external_documents if run.basis.job is not None else {}
    return f"external document named, not judged here: {documents[item.id].document}" if item.id in documents else ""


def _file(path: Path) -> dict[str, str]:
    return {"file": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
