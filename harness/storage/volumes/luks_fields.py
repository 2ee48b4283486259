"""Which fields a LUKS2 header may have: any text can stand in another one, also a key.

After the LUKS2 On-Disk Format Specification (version 1.1.3), chapter 3, and the tokens that systemd and
cryptsetup write.
"""

from collections.abc import Iterator
from typing import Any

MOST_NAMED = 20
AREA = "type offset size encryption key_size hash shift_size sector_size"
KNOWN: dict[str, dict[str, str]] = {
    "keyslots": {
        "": "type key_size af area kdf priority mode direction",
        "af": "type stripes hash",
        "area": AREA,
        "kdf": "type salt hash iterations time memory cpus",
    },
    "segments": {
        "": "type offset size iv_tweak encryption sector_size integrity flags opal_segment_number opal_key_size "
        "opal_segment_size",
        "integrity": "type journal_encryption journal_integrity key_size",
    },
    "digests": {"": "type keyslots segments hash iterations salt digest"},
    "config": {"": "json_size keyslots_size flags requirements", "requirements": "mandatory"},
}
# Beside type and key slots; none of it opens a volume without a chip, a stick or a person.
TOKENS = {
    "luks2-keyring": "key_description",
    "systemd-recovery": "",
    "systemd-tpm2": "tpm2-blob tpm2-pcrs tpm2-pcr-bank tpm2-primary-alg tpm2-policy-hash tpm2-pin tpm2_pcrlock "
    "tpm2_pubkey_pcrs tpm2_pubkey tpm2_salt tpm2_srk tpm2_pcrlock_nv",
    "systemd-fido2": "fido2-credential fido2-salt fido2-rp fido2-clientPin-required fido2-up-required "
    "fido2-uv-required",
    "systemd-pkcs11": "pkcs11-uri pkcs11-key",
}


def strangers_in(metadata: dict[str, Any]) -> Iterator[str]:
    """Fields that the format does not know, and tokens of unknown kinds, each by its path; at most 20."""
    found = sorted(_strangers(metadata))
    yield from found[:MOST_NAMED]
    if len(found) > MOST_NAMED:
        yield f"and {len(found) - MOST_NAMED} more"


def _strangers(metadata: dict[str, Any]) -> Iterator[str]:
    yield from (name[:40] for name in metadata if name not in (*KNOWN, "tokens"))
    for table, fields in KNOWN.items():
        entries = metadata.get(table)
        rows = {"": entries} if table == "config" else entries
        for number, row in rows.items() if isinstance(rows, dict) else ():
            yield from _in_row(f"{table}.{number[:40]}".rstrip("."), row, fields)
    tokens = metadata.get("tokens")
    for number, token in tokens.items() if isinstance(tokens, dict) else ():
        yield from _in_token(f"tokens.{number[:40]}", token)


def _in_row(path: str, row: object, fields: dict[str, str]) -> Iterator[str]:
    if not isinstance(row, dict):
        return
    for name, value in row.items():
        if name not in fields[""].split():
            yield f"{path}.{name[:40]}"
        elif name in fields and isinstance(value, dict):
            yield from (f"{path}.{name}.{inner[:40]}" for inner in value if inner not in fields[name].split())


def _in_token(path: str, token: object) -> Iterator[str]:
    if not isinstance(token, dict):
        return
    kind = str(token.get("type"))
    if kind not in TOKENS:
        yield f"{path} of kind {kind[:40]}"
        return
    known = {"type", "keyslots", *TOKENS[kind].split()}
    yield from (f"{path}.{name[:40]}" for name in token if name not in known)
