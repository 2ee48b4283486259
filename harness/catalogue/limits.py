"""From a quantity and a declaration to the limit that a value is judged against."""

from collections.abc import Iterable

from harness.catalogue.declaration import Declaration
from harness.catalogue.reading import Document
from harness.catalogue.requirement import Quantity, Requirement
from harness.errors import UsageError
from harness.judgement import Limit

Limits = dict[tuple[str, str], Limit]


def resolve_limit(quantity: Quantity, declaration: Declaration) -> Limit:
    """The limit of `quantity` for the article of `declaration`, in the unit of the quantity.

    Raises:
        UsageError: the declaration lacks a key of the limit, or its lower limit is above its upper one.
    """

    def number(bound: float | str | None) -> float | None:
        return declaration.number(bound) if isinstance(bound, str) else bound

    return Limit(unit=quantity.unit, lower=number(quantity.limit.lower), upper=number(quantity.limit.upper))


def resolve_limits(requirements: Iterable[Requirement], declaration: Document[Declaration]) -> Limits:
    """The limits of all quantities of `requirements`, by (requirement, quantity).

    Raises:
        FileError: a limit that the declaration must give is missing or contradicts itself; says how many more.
    """
    limits: Limits = {}
    wrong: list[tuple[str, str]] = []
    for requirement in requirements:
        for quantity in requirement.quantities:
            try:
                limits[requirement.id, quantity.name] = resolve_limit(quantity, declaration.model)
            except UsageError as problem:
                wrong.append((quantity.limit.keys[0], f"limit of {requirement.id}.{quantity.name}: {problem}"))
    if wrong:
        key, problem_text = wrong[0]
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise declaration.error(key.split("."), problem_text + more)
    return limits
