"""Errors that carry a reason.

Code raises a `HubError` with a domain reason, and knows nothing of transports. Each transport maps a reason's
*category* exactly once: `backplane.rpc` to a gRPC status, `gateway.problems` to an HTTP status.
"""

from collections.abc import Mapping
from enum import Enum, StrEnum


class Category(Enum):
    """What kind of failure a reason is; the only thing that a transport needs to know."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    PRECONDITION = "precondition"
    TOO_LARGE = "too_large"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


class Reason(StrEnum):
    """Why something was refused or failed. The same names stand in `errors.proto`; a test holds them equal."""

    ARGUMENT_INVALID = "ARGUMENT_INVALID"
    PARAMETER_INVALID = "PARAMETER_INVALID"
    TARGET_INVALID = "TARGET_INVALID"
    METHOD_UNKNOWN = "METHOD_UNKNOWN"
    LAYER_UNKNOWN = "LAYER_UNKNOWN"

    UNAUTHENTICATED = "UNAUTHENTICATED"
    PERMISSION_DENIED = "PERMISSION_DENIED"

    WORKSPACE_NOT_FOUND = "WORKSPACE_NOT_FOUND"
    UPLOAD_NOT_FOUND = "UPLOAD_NOT_FOUND"
    MODEL_NOT_FOUND = "MODEL_NOT_FOUND"
    DATASET_NOT_FOUND = "DATASET_NOT_FOUND"
    SAMPLE_NOT_FOUND = "SAMPLE_NOT_FOUND"
    EXPLANATION_NOT_FOUND = "EXPLANATION_NOT_FOUND"
    RUN_NOT_FOUND = "RUN_NOT_FOUND"
    ACTIVATIONS_NOT_FOUND = "ACTIVATIONS_NOT_FOUND"
    QUALITY_NOT_FOUND = "QUALITY_NOT_FOUND"
    SELECTION_NOT_FOUND = "SELECTION_NOT_FOUND"
    EMBEDDING_NOT_FOUND = "EMBEDDING_NOT_FOUND"
    CLUSTERS_NOT_FOUND = "CLUSTERS_NOT_FOUND"
    ROUTE_NOT_FOUND = "ROUTE_NOT_FOUND"

    NAME_TAKEN = "NAME_TAKEN"
    UPLOAD_OFFSET_MISMATCH = "UPLOAD_OFFSET_MISMATCH"
    CONCURRENT_CHANGE = "CONCURRENT_CHANGE"

    NOT_READY = "NOT_READY"
    METHOD_NOT_APPLICABLE = "METHOD_NOT_APPLICABLE"
    PREDICTIONS_MISSING = "PREDICTIONS_MISSING"
    LABELS_MISSING = "LABELS_MISSING"

    MODEL_FORMAT_UNSUPPORTED = "MODEL_FORMAT_UNSUPPORTED"
    MODEL_CORRUPT = "MODEL_CORRUPT"
    MODEL_FORBIDDEN = "MODEL_FORBIDDEN"
    MODEL_UNSUPPORTED = "MODEL_UNSUPPORTED"
    ARCHIVE_CORRUPT = "ARCHIVE_CORRUPT"
    DATASET_EMPTY = "DATASET_EMPTY"
    IMAGE_BROKEN = "IMAGE_BROKEN"
    LABELS_INVALID = "LABELS_INVALID"

    TOO_LARGE = "TOO_LARGE"

    WORKER_CRASHED = "WORKER_CRASHED"
    TIMED_OUT = "TIMED_OUT"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
    BUS_UNAVAILABLE = "BUS_UNAVAILABLE"

    INTERNAL = "INTERNAL"

    @property
    def category(self) -> Category:
        """The kind of failure, from which each transport derives its status."""
        return _CATEGORIES[self]


_REASONS_BY_CATEGORY: Mapping[Category, tuple[Reason, ...]] = {
    Category.INVALID: (
        Reason.ARGUMENT_INVALID,
        Reason.PARAMETER_INVALID,
        Reason.TARGET_INVALID,
        Reason.METHOD_UNKNOWN,
        Reason.LAYER_UNKNOWN,
        Reason.MODEL_FORMAT_UNSUPPORTED,
        Reason.MODEL_CORRUPT,
        Reason.MODEL_FORBIDDEN,
        Reason.MODEL_UNSUPPORTED,
        Reason.ARCHIVE_CORRUPT,
        Reason.DATASET_EMPTY,
        Reason.IMAGE_BROKEN,
        Reason.LABELS_INVALID,
    ),
    Category.UNAUTHENTICATED: (Reason.UNAUTHENTICATED,),
    Category.FORBIDDEN: (Reason.PERMISSION_DENIED,),
    Category.NOT_FOUND: (
        Reason.WORKSPACE_NOT_FOUND,
        Reason.UPLOAD_NOT_FOUND,
        Reason.MODEL_NOT_FOUND,
        Reason.DATASET_NOT_FOUND,
        Reason.SAMPLE_NOT_FOUND,
        Reason.EXPLANATION_NOT_FOUND,
        Reason.RUN_NOT_FOUND,
        Reason.ACTIVATIONS_NOT_FOUND,
        Reason.QUALITY_NOT_FOUND,
        Reason.SELECTION_NOT_FOUND,
        Reason.EMBEDDING_NOT_FOUND,
        Reason.CLUSTERS_NOT_FOUND,
        Reason.ROUTE_NOT_FOUND,
    ),
    Category.CONFLICT: (Reason.NAME_TAKEN, Reason.UPLOAD_OFFSET_MISMATCH, Reason.CONCURRENT_CHANGE),
    Category.PRECONDITION: (
        Reason.NOT_READY,
        Reason.METHOD_NOT_APPLICABLE,
        Reason.PREDICTIONS_MISSING,
        Reason.LABELS_MISSING,
    ),
    Category.TOO_LARGE: (Reason.TOO_LARGE,),
    Category.UNAVAILABLE: (
        Reason.WORKER_CRASHED,
        Reason.TIMED_OUT,
        Reason.SERVICE_UNAVAILABLE,
        Reason.STORE_UNAVAILABLE,
        Reason.BUS_UNAVAILABLE,
    ),
    Category.INTERNAL: (Reason.INTERNAL,),
}
_CATEGORIES = {reason: category for category, reasons in _REASONS_BY_CATEGORY.items() for reason in reasons}


class HubError(Exception):
    """A failure that a person can act on.

    Args:
        reason: why, as a domain reason.
        message: what happened and to what, naming the thing.
        advice: the way out; empty where there is none.
    """

    def __init__(self, reason: Reason, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.advice = advice

    def __reduce__(self) -> tuple[type["HubError"], tuple[Reason, str, str]]:
        # Exceptions cross process borders by pickle, which by default would call us with the message alone.
        return HubError, (self.reason, self.message, self.advice)

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()
