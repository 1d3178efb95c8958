"""The rows of the corpus: what a file is called here, what it attempts, and how it must be refused."""

from dataclasses import dataclass

from hostile.dialects import Write

from domain.errors import Reason

CORRUPT, FORBIDDEN = Reason.MODEL_CORRUPT, Reason.MODEL_FORBIDDEN
UNSUPPORTED, FORMAT, LARGE = Reason.MODEL_UNSUPPORTED, Reason.MODEL_FORMAT_UNSUPPORTED, Reason.TOO_LARGE


@dataclass(frozen=True)
class Hostile:
    """A file that must be refused.

    Attributes:
        attempts: what it attempts, or what is broken.
        reason: the reason of the refusal.
        refusal: what its message must contain, and that of no file with another text here.
        write: puts it at a path.
    """

    attempts: str
    reason: Reason
    refusal: str
    write: Write
