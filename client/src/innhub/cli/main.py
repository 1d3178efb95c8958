"""The program: its groups of commands, and what becomes of errors.

Exit codes: 0 done, 1 failed, 2 misused.
"""

import sys

import typer

from innhub.cli import admin, beginning, datasets, inside, models, nearness, predictions, runs, selections, suggest
from innhub.cli.connection import Workspace
from innhub.cli.doctor import doctor
from innhub.cli.explain import explain, methods
from innhub.cli.whoami import whoami
from innhub.errors import HubError

app = typer.Typer(
    name="innhub",
    help="Explain, compare and search image classifiers. The hub is found by INNHUB_URL and INNHUB_TOKEN.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def options(workspace: Workspace = "default") -> None:
    """Explain, compare and search image classifiers. The hub is found by INNHUB_URL and INNHUB_TOKEN."""


models.app.command("doctor")(doctor)
models.app.command("layer")(inside.layer)
models.app.command("training")(inside.training)
models.app.command("activations")(inside.activations)
app.add_typer(models.app, name="models")
app.add_typer(datasets.app, name="datasets")
app.add_typer(suggest.app, name="suggest")
for command in (nearness.embedding, nearness.neighbours, nearness.duplicates, nearness.outliers, nearness.clusters):
    suggest.app.command(command.__name__)(command)
app.add_typer(selections.app, name="selections")
app.command("predictions")(predictions.predictions)
app.add_typer(runs.app, name="runs")
app.add_typer(admin.app, name="admin")
app.command("predict")(beginning.predict)
app.command("activations")(beginning.record_activations)
app.command("explain")(explain)
app.command("explain-all")(beginning.explain_all)
app.command("assess-all")(beginning.assess_all)
app.command("patterns")(beginning.fit_patterns)
app.command("umap")(beginning.umap)
app.command("clusters")(beginning.clusters)
app.command("methods")(methods)
app.command("whoami")(whoami)


def main() -> None:
    """Runs the program; an error is one line for people."""
    try:
        app()
    except HubError as error:
        sys.stderr.write(f"innhub: {error} [{error.reason}]\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
