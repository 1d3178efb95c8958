"""What the NATS client raises when the server is away, as an error of ours."""

import nats.errors
from nats.js.errors import Error as JetStreamError

from domain.errors import HubError, Reason


class bus_errors:  # noqa: N801
    """Around calls of the client: raises `HubError` (`BUS_UNAVAILABLE`) where the server is away."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, nats.errors.Error | JetStreamError | TimeoutError | OSError):
            raise HubError(
                Reason.BUS_UNAVAILABLE,
                f"The message bus did not answer ({type(error).__name__}: {error}).",
                "Try again in a moment; if it stays, an operator must look at NATS.",
            ) from error
