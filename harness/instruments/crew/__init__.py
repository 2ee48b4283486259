"""The role crew: hands on the parked article."""
