"""What a unit makes of keys, logins, power cuts and erasure."""

from harness.plugin.marks import requirement


@requirement("DAR-04")
def test_keys_differ_between_units(storage, measure):
    """Two units, and one provisioned anew, share no key and no ciphertext."""
    shared = storage.compare_units()
    measure("equal_blocks_units", shared.equal_blocks_units)
    measure("equal_blocks_reprovisioned", shared.equal_blocks_reprovisioned)
    measure("shared_secrets", shared.shared_secrets)


@requirement("DAR-05")
def test_data_need_a_login(storage, measure, login):
    """After a power cut nothing is served before a login, and guessing is slowed down."""
    access = storage.ask_without_credential(guessing=login.guessing)
    measure("unauthenticated_accesses", access.unauthenticated_accesses)
    measure("guess_rate", access.guess_rate)


@requirement("DAR-07")
def test_erasure_is_final(storage, measure):
    """After sanitisation nothing that still exists opens an image taken before or after."""
    left = storage.erase()
    measure("recovered_bytes", left.recovered_bytes)
    measure("usable_key_slots", left.usable_key_slots)


@requirement("DAR-08")
def test_state_is_on_visible_and_recorded(storage, measure):
    """A fresh unit encrypts, shows its state, and every recording tells it."""
    state = storage.watch_state()
    measure("unencrypted_first_boots", state.unencrypted_first_boots)
    measure("unseen_changes", state.unseen_changes)
    measure("unmarked_recordings", state.unmarked_recordings)


@requirement("DAR-09")
def test_changes_are_noticed(storage, measure, flips):
    """A changed bit in stored parameters, mission, log or firmware is noticed."""
    measure("undetected_modifications", storage.flip_bits(each=flips.each))


@requirement("DAR-10")
def test_power_loss_leaves_a_sealed_store(storage, measure, pulls):
    """Losing the power while recording leaves nothing readable and a store that opens."""
    left = storage.pull_power(times=pulls.times, longest=pulls.longest)
    measure("canary_hits", left.canary_hits)
    measure("failed_mounts", left.failed_mounts)


@requirement("DAR-11")
def test_keys_do_not_repeat(storage, measure, boots):
    """Keys, salts and nonces of several units and boots do not repeat, and their source was assessed."""
    sources = storage.collect_keys(units=boots.units, boots=boots.boots)
    measure("duplicate_keys", sources.duplicate_keys)
    measure("missing_assessments", sources.missing_assessments)
