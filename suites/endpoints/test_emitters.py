"""Radios that nobody declared."""

from harness.plugin.marks import requirement


@requirement("ENDP-10")
def test_has_no_undeclared_radio(vehicle, spectrum, measure, air):
    """From 1 MHz to 6 GHz nothing transmits but what is declared, idle and linked."""
    ambient = spectrum.sweep_off(air)
    idle = spectrum.sweep(air)
    with vehicle.holding_control():
        linked = spectrum.sweep(air)
    found = spectrum.attribute(ambient, {"idle": idle, "linked": linked})
    measure("undeclared_emitters", found.undeclared)
    measure("swept_fraction", found.swept_fraction)
