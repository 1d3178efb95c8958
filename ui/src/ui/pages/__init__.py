"""The pages. Each says its `PATH` and `TITLE`, and has `layout(view, hub)` and `register(app, reach)`."""

from typing import Protocol

from dash.development.base_component import Component

from innhub import Hub
from ui.links import View
from ui.pages import compare, embeddings, home, inspect, runs, setup, suggest


class Page(Protocol):
    """What the router knows of a page."""

    PATH: str
    TITLE: str

    def layout(self, view: View, hub: Hub) -> Component:
        """The page as the link asks for it."""


PAGES: tuple[Page, ...] = (home, suggest, embeddings, compare, inspect, runs, setup)
