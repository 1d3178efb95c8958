"""What shows that a part of a page is on its way, once that takes longer than a moment."""

import dash_mantine_components as dmc
from dash import dcc
from dash.development.base_component import Component


def loading(component: Component) -> dcc.Loading:
    """A part of a page; while it is made anew, what was there stays and is paler."""
    return dcc.Loading(
        component,
        custom_spinner=dmc.Loader(),
        delay_show=400,
        overlay_style={"visibility": "visible", "opacity": 0.4},
    )
