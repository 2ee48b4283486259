import unicodedata

from harness.supply.variants import VARIANTS


def test_no_letter_is_folded_twice_or_into_itself():
    assert all(target not in map(chr, VARIANTS) for target in VARIANTS.values() if target)
    assert all(len(target) <= 1 and chr(code) != target for code, target in VARIANTS.items())


def test_what_is_looked_up_is_what_the_folding_before_leaves():
    # the standard's folding comes first: what it changes would never be found here
    assert [chr(code) for code in VARIANTS if unicodedata.normalize("NFC", chr(code)) != chr(code)] == []
