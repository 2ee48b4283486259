"""Keys over units, provisionings, boots and erasure (DAR-04, DAR-07, DAR-11)."""

from collections import Counter
from collections.abc import Iterable

from harness.errors import MaterialError
from harness.instruments.context import Context
from harness.instruments.figures import ErasureFigures, SharedFigures
from harness.instruments.storage.unit import Recording, Unit
from harness.judgement import Count
from harness.storage.image.blocks import CIPHER_BLOCK, written_ranges
from harness.storage.image.image import Image
from harness.storage.volumes.luks import LuksHeader, find_volumes
from harness.storage.volumes.volume import Volume, open_volume

BLIND = "blind"
# sealed records of the article, by its maker's format: mark, kind and length, then the nonce
RECORD, RECORD_ALIGNMENT, NONCE = b"DSR1", 4096, slice(9, 21)
LONGEST_RECORD = 64 * 1024


def compare_units(first: Unit, second: Unit, context: Context) -> SharedFigures:
    """Ciphertext and secrets of two units, and of one before and after it is provisioned anew."""
    one, other = first.record(), second.record()
    reprovision(first)
    # what is left under the old key would count as equal
    first.media[0].write(bytes(first.media[0].size))
    anew = first.record()
    _prove_comparison(one, other, context)
    found = Counter(secret for recording in (one, other, anew) for secret in _secrets(recording.volume))
    events = sum(found.values()) - len(found)
    context.log.note(f"{events} of {sum(found.values())} keys, salts and identifiers occur more than once")
    return SharedFigures(
        equal_blocks_units=float(common_blocks(one.sealed, other.sealed)),
        equal_blocks_reprovisioned=float(common_blocks(one.sealed, anew.sealed)),
        shared_secrets=Count(events=events, trials=max(sum(found.values()), 1)),
    )


def reprovision(unit: Unit) -> None:
    """Erase as the manual says, and leave the unit switched off; its next boot provisions it."""
    unit.world.power_on()
    unit.maintenance.erase()
    unit.world.power_off()


def _prove_comparison(one: Recording, other: Recording, context: Context) -> None:
    """A block of one unit, planted into the ciphertext of the other, must be seen."""
    block = next(iter(_blocks(one.sealed)))
    planted = other.sealed[: -len(block)] + (block if context.fault != BLIND else other.sealed[-len(block) :])
    seen = common_blocks(one.sealed, planted) - common_blocks(one.sealed, other.sealed)
    same = block in _blocks(other.sealed)
    context.check("compare.sees_block", same or seen == 1, f"of one block planted into a copy, {seen} was seen")


def common_blocks(one: bytes, other: bytes) -> int:
    """Aligned blocks of 16 bytes that both have, fill left out."""
    return len(_blocks(one) & _blocks(other))


def _blocks(data: bytes) -> set[bytes]:
    return {
        data[at : at + CIPHER_BLOCK]
        for part in written_ranges(data)
        for at in range(part.offset, part.end, CIPHER_BLOCK)
    } - {bytes(CIPHER_BLOCK)}


def _secrets(volume: Volume | None) -> Iterable[bytes]:
    if volume is None:
        return
    yield volume.master_key
    yield volume.header.uuid.encode()
    yield from (slot.kdf.salt.encode() for slot in volume.header.keyslots)
    yield from (digest.salt.encode() for digest in volume.header.digests)


def erase(unit: Unit, context: Context) -> ErasureFigures:
    """Image, erase, image again, and try everything that still exists on both images."""
    before = unit.record()
    noted, code = unit.credential, unit.maintenance.read_code()
    reprovision(unit)
    after = unit.read(unit.media[0])
    left_behind = [noted] if any(noted.encode() in unit.read(medium).data for medium in unit.media if noted) else []
    retained = (*unit.maintenance.retained_secrets(code), *left_behind)
    anew = unit.record()
    slots = [volume for secret in {*retained, noted} for volume in _opened(after, find_volumes(after), secret)]
    headers = (before.volume.header,) if before.volume else ()
    old = [volume for secret in {*retained, unit.credential} for volume in _opened(before.image, headers, secret)]
    plaintexts = [after.data, *(volume.read_written() for volume in (*slots, *old))]
    if anew.volume is not None and before.volume is not None and anew.volume.master_key == before.volume.master_key:
        plaintexts.append(before.plaintext)
    context.log.note(f"{len(old)} retained secrets open the earlier image, {len(slots)} secrets the later one")
    canary = unit.canary.encode()
    recovered = sum(text.count(canary) for text in plaintexts) * len(canary)
    return ErasureFigures(recovered_bytes=float(recovered), usable_key_slots=float(len(slots)))


def _opened(image: Image, headers: Iterable[LuksHeader], secret: str) -> list[Volume]:
    opened = []
    for header in headers:
        try:
            opened.append(open_volume(image, header.offset, secret))
        except MaterialError:
            continue
    return opened


def collect_keys(units: Iterable[Unit], boots: int, context: Context) -> Count:
    """Keys, salts and nonces of several units over several boots; those that are seen more than once."""
    values: Counter[bytes] = Counter()
    for unit in units:
        values.update(set(_secrets(unit.record().volume)))
        records: dict[bytes, bytes] = {}
        for _ in range(boots):
            unit.world.power_on()
            unit.world.power_off()
            for medium in unit.media[1:]:
                records |= dict(_records(unit.read(medium)))
        values.update(records.values())
    repeated = sum(values.values()) - len(values)
    trials = sum(values.values())
    context.check("keys.collected", trials > boots, f"{trials} keys, salts and nonces were collected")
    return Count(events=repeated, trials=trials)


def _records(image: Image) -> Iterable[tuple[bytes, bytes]]:
    """Each sealed record with its nonce."""
    for at in range(0, image.size, RECORD_ALIGNMENT):
        record = image.data[at : at + LONGEST_RECORD] if image.data[at : at + 4] == RECORD else b""
        if record:
            length = int.from_bytes(record[5:9], "little")
            yield record[: NONCE.stop + length], record[NONCE]
