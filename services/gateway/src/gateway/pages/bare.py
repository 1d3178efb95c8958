"""Pages of the gateway's own, for those who do not get as far as the real ones."""

from html import escape
from http import HTTPStatus

from fastapi.responses import HTMLResponse

from domain.errors import HubError
from gateway.problems import status

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>iNNvestigate Hub</title>
<body style="font-family:sans-serif;max-width:36rem;margin:4rem auto;line-height:1.5">
<h1>iNNvestigate Hub</h1>{}</body></html>"""


def bare(*paragraphs: str, sign_in: str = "", code: int = HTTPStatus.OK) -> HTMLResponse:
    """A page that no browser keeps.

    Args:
        paragraphs: as HTML; empty ones are left out.
        sign_in: where the page leads; empty for nowhere.
        code: the status.
    """
    link = f'<a href="{sign_in}">Sign in</a>' if sign_in else ""
    content = "".join(f"<p>{paragraph}</p>\n" for paragraph in (*paragraphs, link) if paragraph)
    return HTMLResponse(_PAGE.format(content), code, {"cache-control": "no-store"})


def refused(error: HubError, sign_in: str) -> HTMLResponse:
    """What keeps somebody out, and the way in."""
    return bare(escape(error.message), escape(error.advice), sign_in=sign_in, code=status(error))
