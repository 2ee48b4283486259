"""The software bill of materials."""

from harness.plugin.marks import requirement


@requirement("SUP-01")
def test_bill_is_complete(firmware, measure):
    """Each firmware image carries a machine-readable bill with all minimum elements, and its graph closes."""
    bill = firmware.read_bill()
    measure("incomplete_fields", bill.incomplete_fields)
    measure("unresolved_dependencies", bill.unresolved_dependencies)
