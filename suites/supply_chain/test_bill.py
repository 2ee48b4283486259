"""The software bill of materials."""

from harness.plugin.marks import requirement


@requirement("SUP-01")
def test_bill_is_complete(firmware, measure):
    """Each firmware image carries a machine-readable bill with all minimum elements, and its graph closes."""
    bill = firmware.read_bill()
    measure("incomplete_fields", bill.incomplete_fields)
    measure("unresolved_dependencies", bill.unresolved_dependencies)


@requirement("SUP-02")
def test_bill_is_of_the_image_on_the_aircraft(documents, firmware, measure):
    """Every component of the bill is in the image with its hash, and the image holds nothing else."""
    contents = documents.match_bill(firmware.dump())
    measure("hash_mismatches", contents.hash_mismatches)
    measure("undeclared_components", contents.undeclared_components)
