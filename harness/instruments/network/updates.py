"""Updates from the article's update host: which it takes, from whom, when, and what an interruption leaves."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.errors import VehicleError
from harness.instruments.context import Context
from harness.instruments.figures import UpdateFigures
from harness.instruments.gateway.authority import Presented
from harness.instruments.gateway.gateway import Gateway
from harness.instruments.gateway.server import respond
from harness.instruments.supply.update_packages import UpdateImage, UpdateOffers, read_offers
from harness.judgement import Count
from harness.timing import run_for

ELSEWHERE, ELSEWHERE_ADDRESS = "mirror.elsewhere.example", "198.51.100.200"
# from power-on to the offer on the operator's screen; from the consent to an installed image; a boot, s
OFFERING, INSTALLING, BOOTING = 5.0, 15.0, 3.0
REDIRECTED, IMPOSTER = "by a redirected host", "by a host with a certificate of its own"


@dataclass(kw_only=True)
class _Host:
    """The update host: offers one package, and counts who fetches it."""

    version: str
    package: bytes
    fields: dict[str, object] = field(default_factory=dict)
    redirect: str = ""
    asked: int = 0
    fetched: int = 0

    @property
    def path(self) -> str:
        return f"/v1/firmware/{self.version}.pkg"

    def answer(self, line: str) -> bytes:
        if self.path not in line:
            self.asked += 1
            return respond(json.dumps({"version": self.version, "path": self.path, **self.fields}).encode())
        self.fetched += 1
        if self.redirect:
            head = f"HTTP/1.1 302 Found\r\nLocation: https://{self.redirect}{self.path}\r\nContent-Length: 0\r\n\r\n"
            return head.encode("ascii")
        return respond(self.package, "application/octet-stream")


class UpdateTrials:
    """Offers updates to one article."""

    def __init__(self, context: Context, gateway: Gateway) -> None:
        self._context, self._gateway, self._world = context, gateway, context.world
        self._tool = context.need(context.sockets.updates, "way to update the article")
        source = context.declaration.network.update_source
        self._source = context.need(source, "declared source of updates")
        self._offers: UpdateOffers = read_offers(context)

    def run(self) -> UpdateFigures:
        """Bad updates, good ones from elsewhere, and good ones that nobody asked for; then the good one, asked for.

        Raises:
            RigError: an offer was not seen or not fetched, or the good update was not installed.
        """
        bad = [*self._offer_bad(), self._offer_elsewhere(), self._offer_by_imposter()]
        unasked = [self._offer_unasked({}), self._offer_unasked({"mandatory": True})]
        self._assert_good_installs()
        return UpdateFigures(
            accepted_bad_updates=Count(events=sum(bad), trials=len(bad)),
            unrequested_updates=Count(events=sum(unasked), trials=len(unasked)),
        )

    def offer_bad_images(self) -> Count:
        """Bad images that were installed, of each kind offered as an update.

        Raises:
            RigError: as ``run``.
        """
        bad = self._offer_bad()
        self._assert_good_installs()
        return Count(events=sum(bad), trials=len(bad))

    def interrupt(self, *, cuts: int, within: float) -> Count:
        """Updates cut off within `within` s of the consent after which no released image starts, of `cuts`.

        Raises:
            RigError: no cut hit an update under way, or the good update was not installed.
        """
        rng = random.Random(self._context.seed)
        outcomes = [self._cut(within * (number + rng.random()) / cuts) for number in range(cuts)]
        halfway = sum(half for half, _ in outcomes)
        self._context.check("cut.under_way", halfway > 0, f"{halfway} of {cuts} cuts left an image half written")
        self._assert_good_installs()
        return Count(events=sum(not recovered for _, recovered in outcomes), trials=cuts)

    def _cut(self, after: float) -> tuple[bool, bool]:
        """Whether an image was half written when the power went, and whether a released one starts afterwards."""
        before = self._serve_and_boot(self._good_host())
        released = (self._tool.read_running(), self._offers.good.image)
        self._tool.consent()
        run_for(self._world, after)
        self._world.power_cut()
        left = self._tool.read_slots()
        whole = (*before, self._offers.good.image)
        half = any(image not in whole for image in left)
        recovered = self._boot() in released
        if not recovered:
            self._context.log.note(f"cut {after:.2f} s after the consent: no released image starts")
        self._tool.restore()
        return half, recovered

    def _offer_bad(self) -> list[bool]:
        return [self._offer_one(name, image) for name, image in self._offers.bad.items()]

    def _offer_one(self, name: str, image: UpdateImage) -> bool:
        host = _Host(version=self._offers.version, package=image.encode())
        self._serve_and_boot(host)
        self._consent(name)
        self._context.check("update.fetched", host.fetched > 0, f"{name}: fetched {host.fetched} times")
        return self._is_installed(name, image)

    def _offer_elsewhere(self) -> bool:
        host = self._good_host(redirect=ELSEWHERE)
        mirror = self._good_host()
        self._gateway.set_answers(ELSEWHERE, mirror.answer, address=ELSEWHERE_ADDRESS)
        self._serve_and_boot(host)
        self._consent(REDIRECTED)
        detail = f"{REDIRECTED}: redirected {host.fetched} times, fetched {mirror.fetched} times"
        self._context.check("update.redirected", host.fetched > 0, detail)
        return self._is_installed(REDIRECTED, self._offers.good)

    def _offer_by_imposter(self) -> bool:
        sessions = len(self._gateway.sessions)
        self._gateway.set_certificate(self._source, Presented.UNTRUSTED_ROOT)
        self._serve_and_boot(self._good_host(), seen=False)
        if self._tool.read_offer():
            self._consent(IMPOSTER)
        called = [each for each in self._gateway.sessions[sessions:] if each.host == self._source]
        self._context.check("update.called", bool(called), f"{IMPOSTER}: called {len(called)} times")
        installed = self._is_installed(IMPOSTER, self._offers.good)
        self._gateway.set_certificate(self._source, Presented.GOOD)
        return installed

    def _offer_unasked(self, fields: dict[str, object]) -> bool:
        host = self._good_host(fields=fields)
        self._serve_and_boot(host)
        run_for(self._world, INSTALLING)
        installed = self._is_installed("that nobody asked for", self._offers.good)
        return installed or host.fetched > 0

    def _assert_good_installs(self) -> None:
        self._serve_and_boot(self._good_host())
        self._consent("the released update")
        self._world.power_off()
        running = self._boot()
        ok = running == self._offers.good.image
        state = "runs" if ok else "does not run"
        detail = f"the released image {self._offers.version}, asked for, {state} after a restart"
        self._tool.restore()
        self._context.check("twin.installs", ok, detail)

    def _good_host(self, *, redirect: str = "", fields: dict[str, object] | None = None) -> _Host:
        package = self._offers.good.encode()
        return _Host(version=self._offers.version, package=package, redirect=redirect, fields=fields or {})

    def _serve_and_boot(self, host: _Host, *, seen: bool = True) -> Sequence[bytes]:
        """Restart the article in front of that host; gives the images in its slots."""
        self._world.power_off()
        self._gateway.set_answers(self._source, host.answer)
        self._world.power_on()
        run_for(self._world, OFFERING)
        if seen:
            detail = f"asked {host.asked} times, shown to the operator: {self._tool.read_offer() or 'nothing'}"
            self._context.check("update.offered", host.asked > 0, detail)
        return self._tool.read_slots()

    def _consent(self, name: str) -> None:
        self._context.log.note(f"offered and consented to: {name}")
        self._tool.consent()
        run_for(self._world, INSTALLING)

    def _is_installed(self, name: str, image: UpdateImage) -> bool:
        """Whether the image runs after a restart, or lies where the boot loader may start it."""
        self._world.power_off()
        installed = self._boot() == image.image or image.image in self._tool.read_slots()
        if installed:
            self._context.log.note(f"installed: an update {name}")
            self._tool.restore()
        return installed

    def _boot(self) -> bytes:
        """The image that starts; empty where none does."""
        try:
            self._world.power_on()
        except VehicleError as error:
            self._context.log.note(f"the article does not start: {error}")
            return b""
        run_for(self._world, BOOTING)
        try:
            return self._tool.read_running()
        finally:
            self._world.power_off()
