"""Seeds by name: each generator's seed follows from the run seed, the case and its purpose, never from order."""

import hashlib


def seed_for(run_seed: int, case: str, purpose: str) -> int:
    """A 64-bit seed: the first 8 bytes of SHA-256 over run seed, case id and purpose."""
    text = f"{run_seed}\0{case}\0{purpose}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big")
