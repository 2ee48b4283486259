"""Catalogue, profile, declaration and job read together and checked against each other: the basis of one run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.catalogue.catalogue import Catalogue, load_catalogue
from harness.catalogue.declaration import Declaration
from harness.catalogue.job import Job, load_job
from harness.catalogue.limits import resolve_limits
from harness.catalogue.profile import Breach, Profile, load_profile
from harness.catalogue.reading import read_document
from harness.judgement import Limit


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What one run is judged by.

    Attributes:
        catalogue: all requirements.
        profile: the certification basis.
        declaration: the maker's claims.
        job: what a lab adds, or None.
        limits: the limit of each quantity of the profile's requirements, by (requirement, quantity).
        breaches: floors of the profile that the declaration does not meet.
    """

    catalogue: Catalogue
    profile: Profile
    declaration: Declaration
    job: Job | None
    limits: Mapping[tuple[str, str], Limit]
    breaches: tuple[Breach, ...]


def load_basis(suites: Iterable[Path], profile: Path, declaration: Path, job: Path | None = None) -> Basis:
    """Read and cross-check everything that a run is judged by.

    Args:
        suites: folders with a ``requirements.toml`` each.
        profile: profile file.
        declaration: declaration of the article.
        job: job file of a lab, or None.

    Raises:
        FileError: any of the files is wrong, or the declaration lacks a limit that the profile's requirements need.
    """
    catalogue = load_catalogue(suites)
    basis = load_profile(profile, catalogue)
    claims = read_document(declaration, Declaration)
    limits = resolve_limits((catalogue[requirement] for requirement in basis.requirements), claims)
    return Basis(
        catalogue=catalogue,
        profile=basis,
        declaration=claims.model,
        job=load_job(job, catalogue) if job is not None else None,
        limits=limits,
        breaches=basis.breaches(claims.model),
    )
