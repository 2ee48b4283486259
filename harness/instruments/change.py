"""Change control at the desk: which earlier results hold for the article as it is now."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from harness.errors import MaterialError, NotShown
from harness.instruments.figures import ChangeFigures
from harness.instruments.reviewing import Desk
from harness.judgement import Count
from harness.supply.change import Register, Rests, find_stale, parameter_digest, read_register

TRUSTING = "trusting"


@dataclass(frozen=True, kw_only=True)
class Article:
    """What results rest on: the image as dumped, the parameters as read, the bill as handed over."""

    image: bytes
    parameters: Mapping[str, float]
    bill: bytes


def find_stale_results(
    desk: Desk, image: bytes, parameters: Mapping[str, float], table: Mapping[str, Collection[str]]
) -> ChangeFigures:
    """Compare the register of earlier results with the article.

    Raises:
        NotShown: there are no earlier results.
        RigError: the comparison does not see a hash that is known to be another.
    """
    supply, rests = desk.context.declaration.supply, Rests(table)
    if supply.earlier_results is None:
        raise NotShown("the declaration names no earlier results: nothing rests on what could have changed")
    bill = desk.find(supply.sbom) or b""
    try:
        register = read_register(desk.find(supply.earlier_results) or b"")
    except MaterialError as error:
        desk.context.log.note(f"no register that can be read, so nobody can tell what holds: {error}")
        return ChangeFigures(rerun_fraction=0.0, stale_results=Count(events=1, trials=1))
    if not register.runs:
        raise NotShown("the register of earlier results is empty")
    today = _hashes(desk, register, Article(image=image, parameters=parameters, bill=bill))
    text = json.dumps(today, indent=1).encode()
    desk.context.log.exhibit("hashes that the results of this run rest on", "application/json", text, "document")
    bent = Article(
        image=image + b"\1", parameters={name: value + 1 for name, value in parameters.items()}, bill=bill + b" "
    )
    _prove(desk, register, (today, _hashes(desk, register, bent)), rests)
    report = find_stale(register, today, rests)
    desk.tell((str(item) for item in report.reopened if not item.again), most=100)
    desk.context.log.note(
        f"{report.results} earlier results, {len(report.reopened)} reopened by a change, {len(report.stale)} stale"
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
