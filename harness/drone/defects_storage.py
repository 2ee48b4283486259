"""Defects of stored data: each leaves real bytes on a medium, or opens, keeps or loses them, as a bad product would."""

from collections.abc import Mapping

from harness.drone.defect import Defect, part

READABLE = "what is not encrypted can be read as well"
IN_THE_CLEAR = "without a volume there is no cipher to judge and no sector to compare"
PLAIN_STATE = "what the drone records says truly that it is not encrypted, and a fresh unit is not"
NO_LOGIN = "without a volume there is nothing to log in to"
NO_KEYS = "without a volume there are no keys to compare, to collect or to destroy"
CUT_IN_THE_CLEAR = "what is on the medium before a power cut is as readable afterwards"
KEPT_PASSPHRASE = "the passphrase outlives the order to erase, so an older image opens with it"
FOUND_EVERYWHERE = "the search of all media finds the same bytes"
IN_THE_OPEN: Mapping[str, str] = {
    "DAR-02": IN_THE_CLEAR,
    "DAR-04": NO_KEYS,
    "DAR-05": NO_LOGIN,
    "DAR-07": NO_KEYS,
    "DAR-08": PLAIN_STATE,
    "DAR-09": "the log lies elsewhere on a medium without a volume",
    "DAR-10": CUT_IN_THE_CLEAR,
    "DAR-11": NO_KEYS,
    "ENDP-08": "files that no login guards are served without one",
    "ENDP-09": NO_LOGIN,
}

STORAGE_DEFECTS = (
    Defect(
        name="plaintext-log",
        summary="the medium is a readable file system, nothing is encrypted",
        caught_by=("DAR-01",),
        also_touches=IN_THE_OPEN,
        change=part("recorder", encryption="none"),
    ),
    Defect(
        name="jpeg-only-store",
        summary="photos and a compressed log in a store that looks random but is not encrypted",
        caught_by=("DAR-01",),
        also_touches={**IN_THE_OPEN, "DAR-12": "a compressed log without a file system is not read by the route"},
        change=part("recorder", encryption="jpeg-only"),
    ),
    Defect(
        name="plaintext-partition",
        summary="a readable copy of the log lies beside the encrypted volume",
        caught_by=("DAR-01",),
        also_touches={
            "DAR-08": "the readable copy is one more recording, and nothing in it tells under which state it was made",
            "DAR-10": CUT_IN_THE_CLEAR,
        },
        change=part("recorder", plaintext_log_partition=True),
    ),
    Defect(
        name="ecb-cipher",
        summary="the volume is encrypted block by block, equal blocks stay equal",
        caught_by=("DAR-02",),
        also_touches={
            "DAR-04": "equal zero blocks within one unit make no difference, but blocks of fill may coincide"
        },
        change=part("recorder", cipher="aes-ecb"),
    ),
    Defect(
        name="equal-xts-halves",
        summary="both halves of the XTS key are the same",
        caught_by=("DAR-02",),
        change=part("recorder", cipher="aes-xts equal halves"),
    ),
    Defect(
        name="weak-kdf",
        summary="the passphrase is stretched by 1000 rounds of PBKDF2 only",
        caught_by=("DAR-02",),
        change=part("recorder", weak_kdf=True),
    ),
    Defect(
        name="key-beside-data",
        summary="passphrase and volume key lie in a readable partition of the same medium",
        caught_by=("DAR-03",),
        also_touches={"DAR-07": KEPT_PASSPHRASE},
        change=part("recorder", key_beside_data=True),
    ),
    Defect(
        name="weak-slot",
        summary="a second key slot for the maker's service opens after 1000 rounds of PBKDF2",
        caught_by=("DAR-02",),
        change=part("recorder", weak_slot=True),
    ),
    Defect(
        name="passphrase-file",
        summary="the passphrase of the volume lies in a settings file of the companion",
        caught_by=("DAR-03",),
        also_touches={"DAR-07": KEPT_PASSPHRASE},
        change=part("recorder", passphrase_file=True),
    ),
    Defect(
        name="model-key",
        summary="one volume key in every unit of the model",
        caught_by=("DAR-04",),
        also_touches={
            "DAR-07": "a volume provisioned anew has the old key, so the old image opens with it",
            "DAR-11": "the same key turns up in every unit",
        },
        change=part("recorder", key_source="model"),
    ),
    Defect(
        name="serial-key",
        summary="the volume key is made of the serial number, so provisioning anew gives the old one",
        caught_by=("DAR-04",),
        also_touches={
            "DAR-07": "a volume provisioned anew has the old key, so the old image opens with it",
            "DAR-11": "the same key turns up after each provisioning of a unit",
        },
        change=part("recorder", key_source="unit"),
    ),
    Defect(
        name="opens-at-boot",
        summary="the volume opens at boot with a kept passphrase, without a login",
        caught_by=("DAR-05",),
        also_touches={
            "ENDP-08": "files that no login guards are served without one",
            "ENDP-09": "what is open already takes any code",
        },
        change=part("recorder", opens_at_boot=True),
    ),
    Defect(
        name="unlimited-guesses",
        summary="any number of wrong logins is evaluated",
        caught_by=("DAR-05",),
        change=part("recorder", guess_delay=0.0),
    ),
    Defect(
        name="thumbnail-cache",
        summary="a small copy of each photo stays readable in the companion's cache",
        caught_by=("DAR-06",),
        also_touches={"DAR-01": FOUND_EVERYWHERE, "DAR-10": FOUND_EVERYWHERE},
        change=part("recorder", thumbnails=True),
    ),
    Defect(
        name="plain-swap",
        summary="pages with log lines are swapped out to a partition in the clear",
        caught_by=("DAR-06",),
        also_touches={"DAR-01": FOUND_EVERYWHERE, "DAR-10": FOUND_EVERYWHERE},
        change=part("recorder", swap=True),
    ),
    Defect(
        name="station-cache",
        summary="the ground station keeps every photo that it has shown",
        caught_by=("DAR-06",),
        also_touches={"DAR-01": FOUND_EVERYWHERE, "DAR-10": FOUND_EVERYWHERE},
        change=part("recorder", station_cache=True),
    ),
    Defect(
        name="erase-formats",
        summary="the order to erase removes the partition table and nothing else",
        caught_by=("DAR-07",),
        change=part("recorder", erasure="format"),
    ),
    Defect(
        name="header-backup",
        summary="a backup of the volume's header is left after erasing",
        caught_by=("DAR-07",),
        change=part("recorder", erasure="backup left"),
    ),
    Defect(
        name="secret-kept",
        summary="erasing leaves the secret of the unit, so an older image opens with the operator's code",
        caught_by=("DAR-07",),
        change=part("recorder", erasure="headers"),
    ),
    Defect(
        name="off-as-delivered",
        summary="a fresh unit records in the clear until somebody switches encryption on",
        caught_by=("DAR-08",),
        also_touches={name: why for name, why in IN_THE_OPEN.items() if name != "DAR-08"} | {"DAR-01": READABLE},
        change=part("recorder", encrypted_as_delivered=False),
    ),
    Defect(
        name="state-hidden",
        summary="telemetry says that recordings are encrypted whether they are or not",
        caught_by=("DAR-08",),
        change=part("recorder", state_shown=False),
    ),
    Defect(
        name="unmarked-recordings",
        summary="no recording says under which state of encryption it was made",
        caught_by=("DAR-08",),
        also_touches={"DAR-09": "without the line that tells the state the log is empty before a flight"},
        change=part("recorder", marked=False),
    ),
    Defect(
        name="log-without-code",
        summary="lines of the flight log carry no code; the cipher of the volume has no integrity",
        caught_by=("DAR-09",),
        change=part("recorder", authenticated_log=False),
    ),
    Defect(
        name="flash-without-code",
        summary="stored parameters and missions are encrypted, but a change of them is not noticed",
        caught_by=("DAR-09",),
        change=part("flash", authenticated=False),
    ),
    Defect(
        name="unverified-boot",
        summary="the boot loader starts any image",
        caught_by=("DAR-09", "SUP-06"),
        change=part("firmware", verified_boot=False),
    ),
    Defect(
        name="plain-spool",
        summary="log lines wait in a plain file until a block of them is encrypted",
        caught_by=("DAR-10",),
        change=part("recorder", spool=True),
    ),
    Defect(
        name="header-in-memory",
        summary="the volume's header is off the medium while recording, so a power cut loses the volume",
        caught_by=("DAR-10",),
        also_touches={"DAR-05": "after a power cut nobody can log in, so there is no twin"},
        change=part("recorder", header_in_memory=True),
    ),
    Defect(
        name="clock-seeded-keys",
        summary="volume keys come from a generator that is seeded by the clock",
        caught_by=("DAR-11",),
        also_touches={"DAR-04": "units that are first switched on at the same time have the same key"},
        change=part("recorder", key_source="clock"),
    ),
    Defect(
        name="counted-nonces",
        summary="the nonces of sealed records count from zero at each boot",
        caught_by=("DAR-11",),
        change=part("flash", random_nonces=False),
    ),
    Defect(
        name="pilot-position-logged",
        summary="the flight log holds where the pilot stands",
        caught_by=("DAR-12",),
        change=part("recorder", log_extra="pilot position"),
    ),
    Defect(
        name="pilot-name-logged",
        summary="the flight log holds the pilot's name",
        caught_by=("DAR-12",),
        change=part("recorder", log_extra="pilot name"),
    ),
)
