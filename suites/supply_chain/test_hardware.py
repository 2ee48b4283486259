"""Where parts come from, and whether they are the ones that are fitted."""

from harness.plugin.marks import requirement


@requirement("SUP-03")
def test_origins_are_shown(documents, measure, origin):
    """Maker, part, site and country of each critical component are named and backed by evidence."""
    measure("origin_evidence", documents.trace_origins(critical=origin.critical, confidence=origin.confidence))


@requirement("SUP-04")
def test_fitted_parts_are_the_declared_ones(vehicle, inspection, documents, measure):
    """What the parts tell on their links, buses, plates and wire is what the papers say."""
    read = (*vehicle.read_identifiers(), *inspection.read_identifiers())
    measure("identifier_mismatches", documents.compare_fitted(read))
