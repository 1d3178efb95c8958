"""Facts as a list of what and how much, for people and for screen readers."""

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

Fact = tuple[str, str | list[Component]]


def listed(facts: Iterable[Fact]) -> html.Dl:
    """The list; what is empty is left out."""
    rows = [html.Div([html.Dt(name), html.Dd(said)]) for name, said in facts if said]
    return html.Dl(rows, className="facts")
