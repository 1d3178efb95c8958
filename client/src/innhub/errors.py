"""The error that the client raises."""


class HubError(Exception):
    """Something was refused or failed.

    Attributes:
        reason: why, as a word for programs (`MODEL_NOT_FOUND`, `PARAMETER_INVALID`...).
        detail: what happened and to what.
        advice: the way out; empty where there is none.
        status: the HTTP status, or 0 where the hub was not reached.
    """

    def __init__(self, reason: str, detail: str, advice: str = "", status: int = 0) -> None:
        super().__init__(f"{detail} {advice}".strip())
        self.reason = reason
        self.detail = detail
        self.advice = advice
        self.status = status
