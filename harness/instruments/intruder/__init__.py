"""The role intruder: a second radio with the words of an attacker, and of a stranger who listens."""
