"""Who runs ground software, cloud and storage, as the maker's paper tells it.

The paper is JSON::

    {"format": "dronecert-services/1", "date": "2026-06-01", "services": [
      {"name": "telemetry", "kind": "cloud", "hosts": ["telemetry.example"], "operator": "Example KK",
       "country": "JP", "hosted_by": [{"name": "Example Hosting GmbH", "country": "DE"}], "basis": "contract 17"}]}

``kind`` is ground software, cloud, storage, connectivity or other. ``hosted_by`` names everybody behind the operator
who runs a part of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from harness.supply.identifiers import said
from harness.supply.model import Line, Many, Name, Own, read_json
from harness.supply.names import comparable
from harness.supply.ownership import Country, Day, Party

Kind = Literal["ground software", "cloud", "storage", "connectivity", "other"]
Text = Annotated[str, StringConstraints(max_length=300)]
MOST_SERVICES = 1000


class Host(Own):
    """Somebody behind an operator."""

    name: Name
    country: Country | None = None


class Service(Own):
    """A service; an operator that is not told is an empty text."""

    name: Name
    kind: Kind
    hosts: Many[Name] = ()
    operator: Text = ""
    country: Country | None = None
    hosted_by: Many[Host] = ()
    basis: Line | None = None


class _Paper(Own):
    format: Literal["dronecert-services/1"]
    date: Day
    services: Many[Service] = Field(max_length=MOST_SERVICES)


@dataclass(frozen=True, kw_only=True)
class Use:
    """A service that is in use: a host that the article talks to, or a kind that it cannot do without.

    Attributes:
        operator: whom the declaration names for it, where it names one.
    """

    host: str = ""
    kind: str = ""
    operator: str = ""

    def __str__(self) -> str:
        return self.host or self.kind


@dataclass(frozen=True, kw_only=True)
class Attribution:
    """Which services have an operator.

    Attributes:
        examined: number of services looked at.
        unattributed: those without one, each with the words.
        operators: everybody who runs a part of one.
    """

    examined: int
    unattributed: tuple[str, ...]
    operators: tuple[Party, ...]


def read_services(data: bytes) -> tuple[Service, ...]:
    """Read the paper.

    Raises:
        MaterialError: it cannot be read.
    """
    return read_json(data, _Paper, "the paper of services").services


def attribute(used: Sequence[Use], services: Sequence[Service]) -> Attribution:
    """Find the operator of each service, of those in use and of those in the paper."""
    lacks = [f"{use}: {why}" for use in used if (why := _lack(use, services))]
    lacks += [f"{service.name}: the paper names no operator" for service in services if not said(service.operator)]
    return Attribution(
        examined=len(used) + len(services),
        unattributed=tuple(lacks),
        operators=tuple(party for service in services for party in _operators(service)),
    )


def _lack(use: Use, services: Collection[Service]) -> str:
    """Why it is not known who runs it, or ""."""
    fitting = [service for service in services if _fits(use, service)]
    if not fitting:
        return "no service of the paper is it"
    named = [service.operator for service in fitting if said(service.operator)]
    if not named:
        return "the paper names no operator"
    if use.operator and not any(comparable(use.operator).equals(comparable(name)) for name in named):
        return f"declared of {use.operator!a}, in the paper of {named[0]!a}"
    return ""


def _fits(use: Use, service: Service) -> bool:
    if use.host:
        return use.host.lower().rstrip(".") in {host.lower().rstrip(".") for host in service.hosts}
    return use.kind == service.kind


def _operators(service: Service) -> list[Party]:
    hosts = [
        Party(name=host.name, role=f"hosts {service.name}", country=host.country or "") for host in service.hosted_by
    ]
    if not said(service.operator):
        return hosts
    return [Party(name=service.operator, role=f"operates {service.name}", country=service.country or ""), *hosts]
