"""The roles wind and anemometer: wind sources of all kinds, and the proof that what was ordered blew."""
