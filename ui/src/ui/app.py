"""Composition: one Dash app, in which every module enters its own callbacks."""

import dash
import dash_cytoscape
import flask
from dash import Dash

from ui import chooser, gallery, running, shell, tray
from ui.api import Reach, notify
from ui.pages import compare, embeddings, home, inspect, runs, setup, suggest
from ui.settings import UiSettings


def create_app(settings: UiSettings) -> Dash:
    """The app; it holds nothing of anybody, so any number of processes can serve the same people."""
    app = dash.Dash(
        __name__,
        title="iNNvestigate Hub",
        update_title="iNNvestigate Hub",
        serve_locally=True,
        suppress_callback_exceptions=True,
        on_error=notify,
    )
    dash_cytoscape.load_extra_layouts()
    reach = Reach(settings.url)
    app.layout = shell.layout()
    shell.register(app, reach)
    chooser.register(app)
    tray.register(app)
    gallery.register(app)
    running.register(app, reach)
    home.register(app, reach)
    suggest.register(app, reach)
    embeddings.register(app, reach)
    compare.register(app, reach)
    inspect.register(app, reach)
    runs.register(app, reach)
    setup.register(app, reach)

    app.server.add_url_rule("/healthz", view_func=_healthz)
    return app


def _healthz() -> flask.Response:
    return flask.Response("ok", mimetype="text/plain")
