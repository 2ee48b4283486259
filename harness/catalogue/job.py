"""What a lab adds to a run: for whom, where, by whom, on which units, and what was done differently."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import Field

from harness.catalogue.answers import check_answers
from harness.catalogue.catalogue import Catalogue
from harness.catalogue.model import Many, Model, RequirementId, Sha256, Text
from harness.catalogue.reading import read_document


class Customer(Model):
    """Who ordered the tests (ISO/IEC 17025:2017, 7.8.2.1 e)."""

    name: Text
    contact: Text


class Laboratory(Model):
    """Who tests (ISO/IEC 17025:2017, 7.8.2.1 b)."""

    name: Text
    address: Text


class Person(Model):
    """Somebody with a part in the report."""

    name: Text
    role: Text


class AtTheBench(Person):
    """Who tests; `answers` answers for them what the makes of the rig ask, a file relative to the job."""

    answers: str = ""


class Unit(Model):
    """One unit as received (ISO/IEC 17025:2017, 7.8.2.1 g and h)."""

    kind: Text = Field(description="aircraft, controller, ground station, payload, ...")
    serial: Text
    received: date
    condition: Text


class Deviation(Model):
    """Something done otherwise than the method says (ISO/IEC 17025:2017, 7.8.2.1 n)."""

    text: Text
    reason: Text
    approved_by: Text
    requirements: Many[RequirementId] = ()


class ExternalDocument(Model):
    """A document by which a requirement is shown (ISO/IEC 17025:2017, 7.8.2.1 p). Its file is relative to the job."""

    document: Text = Field(description="title and number")
    issuer: Text
    issued: date
    file: Text
    sha256: Sha256 | None = None


class Job(Model):
    """What a lab adds to a run."""

    number: Text = Field(description="the lab's number of the order")
    customer: Customer
    laboratory: Laboratory
    place: Text = Field(description="where the tests are made")
    operator: AtTheBench
    approver: Person
    units: Many[Unit] = Field(min_length=1)
    sampling: Text = Field(description="how the units were drawn")
    deviations: Many[Deviation] = ()
    external_documents: Mapping[RequirementId, ExternalDocument] = Field(default_factory=dict)
    consent_irreversible: Many[RequirementId] = Field(
        default=(), description="requirements whose irreversible tests the customer consents to"
    )


def load_job(path: Path, catalogue: Catalogue) -> Job:
    """Read a lab's job file.

    Raises:
        FileError: the file cannot be read or is wrong, or names a requirement that the catalogue lacks; its answer file
            cannot be read or is wrong.
    """
    document = read_document(path, Job)
    job = document.model
    check_answers(document, ("operator", "answers"), job.operator.answers)
    named: list[tuple[tuple[str | int, ...], str]] = [
        (("external_documents", requirement), requirement) for requirement in job.external_documents
    ]
    named += [(("consent_irreversible", index), name) for index, name in enumerate(job.consent_irreversible)]
    for place, deviation in enumerate(job.deviations):
        named += [(("deviations", place, "requirements"), requirement) for requirement in deviation.requirements]
    for location, requirement in named:
        if requirement not in catalogue:
            raise document.error(location, f"no suite has requirement {requirement!r}")
    return job
