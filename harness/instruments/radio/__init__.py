"""The roles radio, attenuator and jammer: what stands in the way of the command link, and proves that it does."""
