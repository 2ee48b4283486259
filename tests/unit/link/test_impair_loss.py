"""Losses against theory. Bounds are 5 standard deviations: one sound generator in 1.7 million leaves them."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import RigError
from harness.link.impair_loss import GilbertElliott, IndependentLoss, check_share, loss_spread

SIGMAS = 5.0
MANY = 200_000


def losses(stage, pieces):
    """For each piece whether it was lost."""
    came = []
    flags = []
    for _ in range(pieces):
        before = len(came)
        stage(b"x", came.append)
        flags.append(len(came) == before)
    return flags


def bursts(flags):
    """Lengths of the runs of losses."""
    runs = "".join("x" if flag else " " for flag in flags).split()
    return [len(run) for run in runs]


@given(share=st.floats(0, 1), pieces=st.lists(st.binary(max_size=9), max_size=60), seed=st.integers())
def test_every_piece_is_forwarded_unchanged_and_in_order_or_counted(share, pieces, seed):
    came, stage = [], IndependentLoss(share, Random(seed))
    for piece in pieces:
        stage(piece, came.append)
    assert stage.offered == len(pieces) == len(came) + stage.lost
    rest = iter(pieces)
    assert all(piece in rest for piece in came)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_none_and_all_are_exact(share):
    assert losses(IndependentLoss(share, Random(1)), 500) == [bool(share)] * 500


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5])
def test_the_rate_of_independent_losses(share):
    lost = sum(losses(IndependentLoss(share, Random("rate")), MANY))
    assert abs(lost - share * MANY) < SIGMAS * math.sqrt(MANY * share * (1 - share))
    assert loss_spread(share, 0.0, MANY) == pytest.approx(math.sqrt(MANY * share * (1 - share)))


def test_independent_losses_come_in_bursts_of_the_length_that_chance_makes():
    share, found = 0.3, bursts(losses(IndependentLoss(0.3, Random("bursts")), MANY))
    # geometric: mean 1 / (1 - p), variance p / (1 - p)^2
    deviation = math.sqrt(share / (1 - share) ** 2 / len(found))
    assert abs(sum(found) / len(found) - 1 / (1 - share)) < SIGMAS * deviation


@pytest.mark.parametrize(("share", "length"), [(0.05, 4.0), (0.2, 3.0), (0.5, 10.0), (0.1, 1.0)])
def test_rate_and_burst_length_of_the_two_state_chain(share, length):
    flags = losses(GilbertElliott(share, length, Random("chain")), MANY)
    assert abs(sum(flags) - share * MANY) < SIGMAS * loss_spread(share, length, MANY)
    found = bursts(flags)
    # geometric with mean L: variance L (L - 1)
    deviation = math.sqrt(max(length * (length - 1), 1e-12) / len(found))
    assert abs(sum(found) / len(found) - length) <= SIGMAS * deviation + 1e-9


def test_the_spread_of_the_chain_is_that_of_many_chains():
    share, length, pieces, chains = 0.2, 5.0, 500, 1500
    counts = [sum(losses(GilbertElliott(share, length, Random(f"many {n}")), pieces)) for n in range(chains)]
    mean = sum(counts) / chains
    deviation = math.sqrt(sum((count - mean) ** 2 for count in counts) / (chains - 1))
    expected = loss_spread(share, length, pieces)
    assert abs(mean - share * pieces) < SIGMAS * expected / math.sqrt(chains)
    # a sample deviation of n normal values has itself the relative deviation 1 / sqrt(2 n)
    assert abs(deviation / expected - 1) < SIGMAS / math.sqrt(2 * chains) + 0.02


def test_the_same_seed_loses_the_same():
    one, two = (losses(GilbertElliott(0.3, 4.0, Random("same")), 300) for _ in range(2))
    assert one == two != losses(GilbertElliott(0.3, 4.0, Random("other")), 300)


@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
def test_what_is_no_share_is_refused(share):
    with pytest.raises(RigError, match="a share from 0 to 1"):
        check_share("loss", share)


@pytest.mark.parametrize(("share", "length"), [(0.9, 2.0), (1.0, 3.0), (0.2, 0.5), (0.2, math.nan)])
def test_a_chain_that_cannot_be_is_refused(share, length):
    with pytest.raises(RigError, match="no two-state chain"):
        GilbertElliott(share, length, Random(1))
