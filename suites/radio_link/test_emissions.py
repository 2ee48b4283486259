"""What the aircraft emits: a pre-scan, which refutes and does not show."""

from harness.plugin.marks import requirement


@requirement("RADIO-10")
def test_emits_where_and_as_strongly_as_declared(vehicle, spectrum, measure, prescan):
    """Emissions are on the declared channels, within power and free of spurious ones."""
    with vehicle.holding_control():
        scan = spectrum.scan_emissions(prescan)
    measure("radiated_power", scan.radiated_power)
    measure("power_density", scan.power_density)
    measure("occupied_bandwidth", scan.occupied_bandwidth)
    measure("spurious_level", scan.spurious_level)
    measure("off_channel_emissions", scan.off_channel)
    spectrum.assert_accredited()
