"""What is around every page: the header, notices, and the router.

The address is read when a page opens (the router) and written while it is used (`assets/address.js`, which replaces the
address in place, so that moving a slider adds nothing to the browser's history).
"""

from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html

from innhub import HubError
from ui import ids, person
from ui.accessible import aria
from ui.api import Reach, alert
from ui.links import View
from ui.pages import PAGES

_THEME = {
    "primaryColor": "indigo",
    "defaultRadius": "md",
    "cursorType": "pointer",
    "fontFamily": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
}

_FILLED: Any = {ids.PAGE: "children"}


def layout() -> dmc.MantineProvider:
    """The frame, filled by the router."""
    return dmc.MantineProvider(
        [
            dcc.Location(id=ids.ADDRESS, refresh=False),
            dmc.NotificationContainer(id=ids.NOTICES, position="top-right"),
            dmc.AppShell(
                [
                    dmc.AppShellHeader(_header(), px="md"),
                    dmc.AppShellMain(
                        dcc.Loading(
                            html.Div(id=ids.PAGE),
                            custom_spinner=dmc.Loader(size="lg"),
                            delay_show=300,
                            target_components=_FILLED,
                        )
                    ),
                ],
                header={"height": 56},
                padding="md",
            ),
        ],
        theme=_THEME,
        defaultColorScheme="auto",
    )


def _header() -> dmc.Group:
    links = [
        dmc.NavLink(id=link, label=page.TITLE, href=page.PATH, className="navigation", variant="light")
        for link, page in zip(ids.NAVIGATION, PAGES, strict=True)
    ]
    return dmc.Group(
        [
            dmc.Group([html.Span(className="mark"), dmc.Text("iNNvestigate Hub", fw=700, visibleFrom="sm")], gap="xs"),
            html.Nav(dmc.Group(links, gap=4, wrap="nowrap"), **aria(label="Pages")),
            person.layout(),
            dmc.ColorSchemeToggle(
                lightIcon=html.Span("☀", **aria(hidden="true")),
                darkIcon=html.Span("☾", **aria(hidden="true")),
                variant="subtle",
                size="lg",
                **aria(label="Switch between light and dark"),
            ),
        ],
        h="100%",
        gap="lg",
        wrap="nowrap",
    )


def register(app: Dash, reach: Reach) -> None:
    """Enters the router and what keeps the address up to date."""
    person.register(app, reach)

    @app.callback(
        output=[Output(ids.PAGE, "children"), [Output(link, "active") for link in ids.NAVIGATION]],
        inputs=[Input(ids.ADDRESS, "pathname"), Input(ids.ADDRESS, "search")],
    )
    def open_page(path: str | None, query: str | None) -> tuple[object, list[bool]]:
        active = [path == page.PATH for page in PAGES]
        page = next((page for page in PAGES if path == page.PATH), None)
        if page is None:
            return _nothing_here(path), active
        view = View.parse(query)
        try:
            with reach.hub(view) as hub:
                return page.layout(view, hub), active
        except HubError as error:
            return dmc.Container([alert(error, title="This page cannot be shown"), _reload(view.on(page.PATH))]), active

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("address", "write"),
        [Output(link, "href") for link in ids.NAVIGATION],
        Input(ids.LINK, "data"),
    )


def _nothing_here(path: str | None) -> dmc.Container:
    return dmc.Container(
        [dmc.Title("There is no such page", order=2), dmc.Text(f"{path} leads nowhere."), dmc.Anchor("Home", href="/")]
    )


def _reload(address: str) -> html.A:
    return html.A("Try again", href=address, className="again")
