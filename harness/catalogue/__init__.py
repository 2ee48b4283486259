"""What is to be shown and against which limits: requirements, profiles, declarations, jobs; TOML to frozen models.

Must not import anything of the harness but ``harness.errors`` and ``harness.judgement``.
"""

from harness.catalogue.basis import Basis, load_basis
from harness.catalogue.catalogue import Catalogue, coverage, load_catalogue
from harness.catalogue.declaration import Declaration, load_declaration
from harness.catalogue.job import Job, load_job
from harness.catalogue.limits import resolve_limit
from harness.catalogue.profile import Breach, Profile, load_profile
from harness.catalogue.reading import Document, read_document, read_model
from harness.catalogue.requirement import Clause, Hazard, Quantity, Requirement, Shown, Standing

__all__ = [
    "Basis",
    "Breach",
    "Catalogue",
    "Clause",
    "Declaration",
    "Document",
    "Hazard",
    "Job",
    "Profile",
    "Quantity",
    "Requirement",
    "Shown",
    "Standing",
    "coverage",
    "load_basis",
    "load_catalogue",
    "load_declaration",
    "load_job",
    "load_profile",
    "read_document",
    "read_model",
    "resolve_limit",
]
