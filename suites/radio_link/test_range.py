"""How far the link reaches, by the attenuation that it bears."""

from harness.plugin.marks import requirement


@requirement("RADIO-08")
def test_reaches_the_declared_range(vehicle, attenuator, measure, reach):
    """The link bears the path loss of the declared range, and the declared margin more."""
    found = attenuator.find_loss(vehicle.try_both_ways, reach)
    measure("attenuation_at_loss", found.attenuation)
    measure("equivalent_range", found.range)
    measure("margin", found.margin)
