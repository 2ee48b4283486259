"""Looking into models by key: which model, which unit stands at ``envelope.max_wind``, and what values."""

from collections.abc import Iterator, Sequence
from typing import Annotated, get_args, get_origin

from pydantic import BaseModel

from harness.catalogue.units import InUnit


def model_at(model: type[BaseModel], location: Sequence[str | int]) -> type[BaseModel] | None:
    """The model that describes what stands at `location` in a file described by `model`; None where there is none."""
    found: type[BaseModel] | None = model
    for part in location:
        if found is not None and isinstance(part, str):
            found = next(_models(found, part), None)
    return found


def has_key(model: type[BaseModel], key: str) -> bool:
    """Whether the dotted `key` names a field, lists looked through."""
    *parents, name = key.split(".")
    owner = model_at(model, parents)
    return owner is not None and name in owner.model_fields


def unit_at(model: type[BaseModel], key: str) -> str | None:
    """Unit of the number at the dotted `key`; None for a field that is no number or does not exist."""
    *parents, name = key.split(".")
    owner = model_at(model, parents)
    if owner is None:
        return None
    return next((part.unit for part in _parts(owner, name) if isinstance(part, InUnit)), None)


def values_at(holder: object, key: str) -> tuple[object, ...]:
    """All values at the dotted `key` of a model instance, lists looked through; absent values are left out."""
    found: list[object] = [holder]
    for name in key.split("."):
        found = [inner for outer in found for inner in _flat(getattr(outer, name, None))]
    return tuple(found)


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        yield from value
    elif value is not None:
        yield value


def _models(model: type[BaseModel], name: str) -> Iterator[type[BaseModel]]:
    return (part for part in _parts(model, name) if isinstance(part, type) and issubclass(part, BaseModel))


def _parts(model: type[BaseModel], name: str) -> Iterator[object]:
    field = model.model_fields.get(name)
    if field is not None:
        yield from field.metadata
        yield from _unfolded(field.annotation)


def _unfolded(annotation: object) -> Iterator[object]:
    """The annotation, its arguments and its metadata, from ``tuple[Annotated[float, InUnit("m")], ...] | None``."""
    yield annotation
    for part in get_args(annotation):
        if get_origin(annotation) is not Annotated or isinstance(part, type) or get_origin(part):
            yield from _unfolded(part)
        else:
            yield part
