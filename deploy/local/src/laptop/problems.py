"""What keeps a stack from running, in plain words."""


class StackError(Exception):
    """A problem that the person at the keyboard can solve.

    Args:
        message: what is wrong, naming the thing.
        advice: the way out.
    """

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()
