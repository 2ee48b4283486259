"""What the maker's papers show of build, flaws, owners and changes."""

from harness.plugin.marks import requirement


@requirement("SUP-07")
def test_build_provenance_verifies(documents, firmware, measure):
    """Signed attestations lead from the dumped image to an admitted builder and source."""
    build = documents.verify_provenance(firmware.read_image())
    measure("build_level", build.build_level)
    measure("subject_mismatches", build.subject_mismatches)
    measure("unlisted_builders", build.unlisted_builders)
