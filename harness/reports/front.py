"""What the first page of the report says under the verdict: what was tested where, and what was not demonstrated."""

from harness.evidence.results import RequirementResult, RunResult
from harness.judgement import Verdict
from harness.judgement.verdict import WORST_FIRST
from harness.reports.text import ink
from harness.reports.wording import REMEDIES, limit_text, moment_text, value_text, worst_measurement

MOST_ON_FRONT = 10
SHOWN = (Verdict.PASS, Verdict.NOT_APPLICABLE)


def front_facts(result: RunResult, *, demo: bool) -> list[list[str]]:
    """Article, rig, time, seed and signature, a row each."""
    plan = result.plan
    article, rig, profile = plan["article"], plan["rig"], plan["profile"]
    ended = moment_text(result.ended) if result.ended else "cut short, no end recorded"
    by = "a demo key, which any user makes for himself" if demo else "the laboratory's key"
    rows = [
        ("Article", f"{article.get('id')}, {article.get('maker')} {article.get('model')}"),
        ("Profile", f"{profile['id']}, {profile['title']}, depth {profile['depth']}"),
        ("Rig", f"{rig['id']}, {rig['title']}{', simulated' if rig['simulated'] else ''}"),
        ("Tested", f"{moment_text(result.started)} to {ended}, seed {plan['seed']}"),
        ("Signed", f"in the bag that this report is a part of, by {by}; VERIFY.txt there says how to check it"),
    ]
    return [[label, ink(text)] for label, text in rows]


def not_demonstrated(result: RunResult) -> list[list[str]]:
    """Requirements in scope that were not shown, worst first: id, verdict, title with reason, measured and limit."""
    rows = [item for item in result.scope if item.verdict not in SHOWN]
    rows.sort(key=lambda item: WORST_FIRST.index(item.verdict))
    return [_row(item) for item in rows[:MOST_ON_FRONT]]


def more(result: RunResult) -> int:
    """How many of them the first page has no room for."""
    return max(0, sum(item.verdict not in SHOWN for item in result.scope) - MOST_ON_FRONT)


def remedies(result: RunResult) -> list[list[str]]:
    """What follows from each verdict that occurs and is no PASS."""
    return [[verdict.value, text] for verdict, text in REMEDIES.items() if result.count(verdict)]


def _row(item: RequirementResult) -> list[str]:
    worst = worst_measurement(item)
    measured, limit = ("-", "-") if worst is None else (value_text(worst), limit_text(worst))
    return [ink(item.id), item.verdict.value, ink(item.title), ink(item.reason), ink(measured), ink(limit)]
