"""Several workers' parts of a record as the one record that a single worker would have written."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.errors import EvidenceError

Event = dict[str, Any]
# what says when and as which line an event was written
STAMPS = ("seq", "t_wall", "t_test")


def unite(parts: Sequence[Sequence[Event]]) -> list[Event]:
    """The events of all parts: what concerns the whole run once, then the cases in the order of the plan.

    The run has ended when each part has. Events are numbered anew.

    Raises:
        EvidenceError: the parts do not have the same plan.
    """
    everything = [event for part in parts for event in part]
    plans = [event for event in everything if event["type"] == "plan"]
    if any(_content(plan) != _content(plans[0]) for plan in plans):
        raise EvidenceError("the parts of the record have different plans: they are not of one run")
    ranks = _ranks(plans[0]) if plans else {}
    common = [event for event in everything if not event["case"] and event["type"] not in ("allure", "end")]
    cases = [event for event in everything if event["case"]]
    told = [event for event in everything if not event["case"] and event["type"] == "allure"]
    # what Allure is told last comes after the end
    ends = [[event for event in part if event["type"] == "end"] for part in parts]
    united = [
        *_once(common),
        *sorted(cases, key=lambda event: ranks.get(event["case"], len(ranks))),
        *told,
        *(ends[-1][-1:] if ends and all(ends) else []),
    ]
    start = min((event["t_wall"] for event in everything), default="")
    return [{**event, "seq": number, **({} if number else {"t_wall": start})} for number, event in enumerate(united)]


def _ranks(plan: Mapping[str, Any]) -> dict[str, int]:
    cases = dict.fromkeys(case for _, case, _ in plan["expected"])
    return {case: rank for rank, case in enumerate(cases)}


def _content(event: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key not in STAMPS}


def _once(events: Sequence[Event]) -> list[Event]:
    """Without what another worker has told already."""
    kept: list[Event] = []
    for event in events:
        if all(_content(event) != _content(other) for other in kept):
            kept.append(event)
    return kept
