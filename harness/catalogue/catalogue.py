"""All requirements, read from the folders of the suites."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.catalogue.reading import read_document
from harness.catalogue.requirement import Requirement, SuiteFile
from harness.errors import UsageError

FILE_NAME = "requirements.toml"
# the order of domains in every table; a lab's own suites follow by name
DOMAINS = ("strong_wind", "radio_link", "data_at_rest", "endpoints", "supply_chain")


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Requirements by id, in the order of domains and ids.

    Attributes:
        requirements: each requirement by its id.
        titles: title of each domain by its folder name.
    """

    requirements: Mapping[str, Requirement]
    titles: Mapping[str, str]

    def __contains__(self, requirement: object) -> bool:
        return requirement in self.requirements

    def __getitem__(self, requirement: str) -> Requirement:
        """The requirement with this id.

        Raises:
            UsageError: there is none.
        """
        if requirement not in self.requirements:
            raise UsageError(f"no requirement {requirement!r} in the catalogue: see 'dronecert requirements'")
        return self.requirements[requirement]

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids, in order."""
        return tuple(self.requirements)


def load_catalogue(folders: Iterable[Path]) -> Catalogue:
    """Read ``requirements.toml`` of each suite folder.

    Raises:
        FileError: a file cannot be read or is wrong, or gives an id that was given before.
    """
    seen: dict[str, Path] = {}
    found: list[Requirement] = []
    titles: dict[str, str] = {}
    for folder in folders:
        document = read_document(folder / FILE_NAME, SuiteFile)
        titles[folder.name] = document.model.title
        for index, requirement in enumerate(document.model.requirements):
            if requirement.id in seen:
                raise document.error(
                    ("requirements", index, "id"), f"duplicate id {requirement.id}, already in {seen[requirement.id]}"
                )
            seen[requirement.id] = document.path
            found.append(requirement.model_copy(update={"domain": folder.name}))
    found.sort(key=lambda requirement: (_place(requirement.domain), requirement.id))
    return Catalogue(requirements={requirement.id: requirement for requirement in found}, titles=titles)


def coverage(catalogue: Catalogue, tested: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Names of the tests of each requirement, in the order of the catalogue; empty where nothing tests it.

    Args:
        catalogue: all requirements.
        tested: names of tests by the id that they name.

    Raises:
        UsageError: a test names a requirement that is not in the catalogue.
    """
    for requirement, tests in tested.items():
        if requirement not in catalogue:
            raise UsageError(f"{', '.join(tests)}: names requirement {requirement!r}, which no suite has")
    return {requirement: tuple(sorted(tested.get(requirement, ()))) for requirement in catalogue.ids}


def _place(domain: str) -> tuple[int, str]:
    return (DOMAINS.index(domain) if domain in DOMAINS else len(DOMAINS), domain)
