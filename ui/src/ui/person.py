"""Who is signed in, in the header: only where an identity provider signs people in, and out."""

import dash_mantine_components as dmc
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from innhub import HubError
from ui import ids
from ui.api import Reach
from ui.links import View

_SESSION = "session"


def layout() -> html.Div:
    """A place, filled when a page opens."""
    return html.Div(id=ids.PERSON, className="person")


def register(app: Dash, reach: Reach) -> None:
    """Enters what fills it."""

    @app.callback(Output(ids.PERSON, "children"), Input(ids.ADDRESS, "pathname"))
    def show(_: str | None) -> list[Component]:
        try:
            with reach.hub(View()) as hub:
                me = hub.me()
        except HubError:
            # The page itself says what is wrong.
            return []
        if me.signed_in != _SESSION:
            return []
        out = html.Form(html.Button("Sign out", className="link"), action="/sign-out", method="POST")
        return [dmc.Text(me.name, size="sm", truncate="end", maw=180, visibleFrom="md"), out]
