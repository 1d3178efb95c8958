"""HTTP of a replica that comes and goes while people work: it leaves without a failed request."""

from serving.departure import Departure
from serving.server import serve

__all__ = ["Departure", "serve"]
