"""Change control at the desk: which earlier results hold for the article as it is now."""

import hashlib
import json
from collections.abc import Collection, Mapping

from harness.errors import MaterialError, NotShown
from harness.instruments.figures import Article, ChangeFigures
from harness.instruments.supply.reviewing import Desk
from harness.judgement import Count
from harness.supply.change import PRESENT, Register, Rests, find_stale, parameter_digest, read_register

TRUSTING = "trusting"


def describe_article(desk: Desk, image: bytes, parameters: Mapping[str, float]) -> Article:
    """The article as it is now: its image, its parameters, and the bill that comes with it."""
    return Article(image=image, parameters=parameters, bill=desk.find(desk.context.declaration.supply.sbom) or b"")


def find_stale_results(
    desk: Desk, article: Article, table: Mapping[str, Collection[str]], planned: Collection[str]
) -> ChangeFigures:
    """Compare the register of earlier results with the article.

    Raises:
        NotShown: there are no earlier results.
        RigError: the comparison does not see a hash that is known to be another.
    """
    supply, rests = desk.context.declaration.supply, Rests(table)
    if supply.earlier_results is None:
        raise NotShown("the declaration names no earlier results: nothing rests on what could have changed")
    try:
        register = read_register(desk.find(supply.earlier_results) or b"")
    except MaterialError as error:
        desk.context.log.note(f"no register that can be read, so nobody can tell what holds: {error}")
        return ChangeFigures(rerun_fraction=0.0, stale_results=Count(events=1, trials=1))
    if not register.runs:
        raise NotShown("the register of earlier results is empty")
    today = _hashes(desk, register, article)
    text = json.dumps(today, indent=1).encode()
    desk.context.log.exhibit("hashes that the results of this run rest on", "application/json", text, "document")
    bent = Article(
        image=article.image + b"\1",
        parameters={name: value + 1 for name, value in article.parameters.items()},
        bill=article.bill + b" ",
    )
    _prove(desk, register, (today, _hashes(desk, register, bent)), rests)
    report = find_stale(register, today, rests, planned)
    desk.tell((str(item) for item in report.reopened if not item.again), most=100)
    here = sum(item.again == PRESENT for item in report.reopened)
    desk.context.log.note(
        f"{report.results} earlier results, {len(report.reopened)} reopened by a change; of these {here} are run again "
        f"here, {len(report.stale)} are stale"
    )
    return ChangeFigures(
        rerun_fraction=report.rerun_fraction,
        stale_results=Count(events=len(report.stale), trials=report.results),
    )


def _hashes(desk: Desk, register: Register, article: Article) -> dict[str, str]:
    """What the article is now; parameters that tell the state of encryption or of the network are readings."""
    if desk.context.fault == TRUSTING:
        return dict(max(register.runs, key=lambda run: run.date).hashes)
    declaration = desk.context.declaration
    states = {declaration.storage.state_parameter, declaration.network.offline_parameter}
    return {
        "image": hashlib.sha256(article.image).hexdigest(),
        "parameters": parameter_digest(
            {name: value for name, value in article.parameters.items() if name not in states}
        ),
        "bill": hashlib.sha256(article.bill).hexdigest(),
    }


def _prove(desk: Desk, register: Register, hashes: tuple[dict[str, str], dict[str, str]], rests: Rests) -> None:
    """Results under the hashes of now are not stale; all of them are once image, parameters and bill are changed."""
    today, changed = hashes
    runs = tuple(run.model_copy(update={"hashes": today}) for run in register.runs)
    known = register.model_copy(update={"runs": runs})
    resting = sum(bool(rests.of(name)) for name in {name for run in runs for name in run.requirements})
    same, other = (len(find_stale(known, now, rests).stale) for now in (today, changed))
    detail = f"{same} results stale under the hashes of now, {other} of {resting} after a change of everything"
    desk.context.check("register.sees_change", same == 0 and other == resting > 0, detail)
