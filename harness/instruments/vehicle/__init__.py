"""The roles vehicle and observer: stories that suites tell, in terms of the MAVLink client's verbs."""
