"""Cookies, the same way everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.responses import Response


@dataclass(frozen=True)
class Cookie:
    """What a browser keeps for us, out of reach of scripts and of requests that other sites make.

    Attributes:
        secure: whether it goes over TLS only; then no other host of the same domain can set it either.
        plain_name: its name without that.
    """

    secure: bool = False
    plain_name: str = "innhub_token"

    @property
    def name(self) -> str:
        """Its name. The prefix is a promise that browsers hold sites to (RFC 6265bis)."""
        return f"__Host-{self.plain_name}" if self.secure else self.plain_name

    def named(self, purpose: str) -> "Cookie":
        """One like it for something else."""
        return replace(self, plain_name=f"{self.plain_name}_{purpose}")

    def of(self, cookies: Mapping[str, str]) -> str | None:
        """What the browser has sent."""
        return cookies.get(self.name)

    def put(self, answer: Response, value: str, seconds: int) -> None:
        """Has the browser keep a value for some time."""
        answer.set_cookie(self.name, value, max_age=seconds, secure=self.secure, httponly=True, samesite="lax")

    def remove(self, answer: Response) -> None:
        """Has the browser forget it."""
        answer.delete_cookie(self.name, secure=self.secure, httponly=True, samesite="lax")
