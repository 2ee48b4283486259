"""How an exception becomes a verdict: which party it blames, and what the plugin raises after a body."""

import pytest

from harness.errors import UsageError, VehicleError
from harness.evidence.results import ARTICLE, NONE, RIG, SKIPPED
from harness.judgement import Verdict, credit, worst
from harness.plugin.case import Case, sentence


class CaseFailed(AssertionError):
    """The article missed a limit; raised once after the body, so every quantity was seen."""


class CaseBroken(Exception):
    """A quantity came out INCONCLUSIVE or INVALID, or a control failed; raised once after the body."""


OWN = (CaseFailed, CaseBroken)


def blame(error: BaseException, phase: str) -> tuple[str, str]:
    """Who is at fault for an exception of a phase (setup, call, teardown), and why.

    An article can fail until its test has ended; that it cannot be restored, and all other errors, are the rig's.
    """
    text = f"{type(error).__name__}: {error}".splitlines()[0] if str(error) else type(error).__name__
    if isinstance(error, OWN):
        return NONE, ""
    if isinstance(error, pytest.skip.Exception | pytest.xfail.Exception):
        return SKIPPED, str(error)
    if isinstance(error, VehicleError) and phase != "teardown":
        return ARTICLE, str(error)
    if phase == "teardown":
        return RIG, f"the article could not be restored: {text}"
    return RIG, text


def raise_for(case: Case) -> None:
    """Raise what controls and measurements of a finished body amount to, if not a pass."""
    if case.failed_controls:
        raise CaseBroken(f"{Verdict.INVALID}: {case.failed_controls[0]}")
    missing = [key for key in case.plan.limits if key not in case.measured]
    credited = [(result, *credit(result.verdict, case.exposures)) for result in case.measured.values()]
    verdict = worst(given for _, given, _ in credited)
    bad = [(sentence(result), given, why) for result, given, why in credited if given is not Verdict.PASS]
    text = "; ".join(f"{said}: {given}{f' ({why})' if why else ''}" for said, given, why in bad)
    if verdict is Verdict.FAIL:
        raise CaseFailed(text)
    if verdict in (Verdict.INVALID, Verdict.INCONCLUSIVE):
        raise CaseBroken(f"{verdict}: {text}")
    if missing:
        pytest.skip("not measured: " + ", ".join(".".join(key) for key in missing))


def stop_on_usage_error(error: BaseException | None) -> None:
    """A mistake of the user stops the whole run.

    Raises:
        pytest.exit.Exception: `error` is a UsageError.
    """
    if isinstance(error, UsageError):
        pytest.exit(f"usage error: {error}", returncode=pytest.ExitCode.USAGE_ERROR)
