"""The vehicle role's verbs for what the autopilot says it is and how it is set."""

from harness.supply.hbom import Identifier
from harness.vehicle.vehicle import Vehicle


class VehicleIdentity:
    """Part of the MAVLink vehicle, which sets the attribute that is used here."""

    @property
    def _client(self) -> Vehicle:
        raise NotImplementedError

    def read_parameters(self) -> dict[str, float]:
        """Every parameter of the autopilot, by name.

        Raises:
            VehicleTimeout: the list does not come whole.
        """
        self._client.connect()
        return self._client.read_parameters()

    def read_identifiers(self) -> tuple[Identifier, ...]:
        """Vendor and product, and the unique number, of AUTOPILOT_VERSION.

        Raises:
            VehicleTimeout: it does not answer.
        """
        self._client.connect()
        version = self._client.version()
        return (
            Identifier(kind="mavlink", value=f"{version.vendor:04x}:{version.product:04x}"),
            Identifier(kind="mavlink uid", value=f"{version.serial:016x}"),
        )
