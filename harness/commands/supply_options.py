"""Options of ``dronecert supply`` for papers that are judged with lists of the judge's own."""

import argparse
from argparse import Namespace
from collections.abc import Mapping

MANY: Mapping[str, tuple[str, str]] = {
    "provenance": ("FILE", "attestation of the image, DSSE with in-toto and SLSA v1; with --builders"),
    "source": ("ADDRESS", "address that its source begins with; default: any"),
    "feed": ("FILE", "dated feed of known flaws: own format, OSV or CISA KEV"),
    "vex": ("FILE", "statements on them: CycloneDX or OpenVEX"),
    "entities": ("FILE", "dated list of restricted entities (TOML)"),
    "maker": ("NAME", "whose owners must be told to the end; screened too"),
}
ONE: Mapping[str, tuple[str, str]] = {
    "builders": ("FILE", "builders that you know, with their keys (TOML)"),
    "decisions": ("FILE", "an analyst's decisions about hits (TOML)"),
    "suppliers": ("FILE", "paper with owners and suppliers (JSON)"),
    "services": ("FILE", "paper with services and who runs them (JSON)"),
    "register": ("FILE", "register of earlier results (JSON)"),
    "day": ("DATE", "day that ages are reckoned on; default: today"),
}


def add_reviews(parser: argparse.ArgumentParser) -> None:
    """Options of the reviews."""
    group = parser.add_argument_group("papers judged with lists of your own (docs/supply-change.md)")
    for name, (value, text) in MANY.items():
        group.add_argument(f"--{name}", action="append", default=[], metavar=value, help=f"{text}; may be repeated")
    for name, (value, text) in ONE.items():
        group.add_argument(f"--{name}", default="", metavar=value, help=text)


def asks_reviews(arguments: Namespace) -> bool:
    """Whether any of them is given."""
    return any(getattr(arguments, name) for name in (*MANY, *ONE))
