"""What the gateway does to be taken for somebody else: bad servers, updates and codes (ENDP-06, 09, 11, SUP-06)."""

from pathlib import Path

from harness.instruments.context import Context
from harness.instruments.figures import LoginFigures, PeerFigures, UpdateFigures
from harness.instruments.network.logins import CODELESS, LoginTrials
from harness.instruments.network.tls import HONEST, PeerTrials, TlsBench
from harness.instruments.network.updates import UpdateTrials
from harness.instruments.supply.update_packages import UNDAMAGED
from harness.judgement import Count

MUTE = "mute"
OWN_FAULTS = (MUTE, HONEST, UNDAMAGED, CODELESS)


class AccessTrials:
    """A part of the gateway's make; the make joins it to its servers and its tap."""

    _context: Context

    def _join(self, bench: TlsBench) -> None:
        bench.gateway.mute = self._context.fault == MUTE
        self._bench = bench

    def try_peers(self) -> PeerFigures:
        """Present bad certificates and weak offers in the place of every declared TLS endpoint.

        Raises:
            RigError: a server was not what it should be, or the good one got no session in the same state.
        """
        return PeerTrials(self._context, self._bench).run()

    def try_logins(self, published: Path) -> LoginFigures:
        """Published and derived credentials at every login, and those that two units share."""
        return LoginTrials(self._context, article=self._bench.article).run(published)

    def try_updates(self) -> UpdateFigures:
        """Offer bad updates, good ones from elsewhere, and good ones that nobody asks for."""
        return UpdateTrials(self._context, self._bench.gateway).run()

    def offer_bad_images(self) -> Count:
        """Bad images that were installed, of each kind offered as an update."""
        return UpdateTrials(self._context, self._bench.gateway).offer_bad_images()

    def interrupt_updates(self, *, cuts: int, within: float) -> Count:
        """Updates cut off within `within` s of the consent after which no released image starts, of `cuts`."""
        return UpdateTrials(self._context, self._bench.gateway).interrupt(cuts=cuts, within=within)
