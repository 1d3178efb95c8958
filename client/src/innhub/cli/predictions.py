"""`innhub predictions`."""

from pathlib import Path
from typing import Annotated

import typer

from innhub.cli.connection import hub
from innhub.cli.output import console


def predictions(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="Name or id of the data set.")],
    model: Annotated[str, typer.Argument(help="Name or id of the model.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="A file that ends in .csv or .parquet.")],
    embedding: Annotated[bool, typer.Option(help="With what the last hidden layer answers; Parquet alone.")] = False,
) -> None:
    """Take away all that a model has predicted for a data set, as a table."""
    hub(context).suggest.save_predictions(output, dataset, model, embedding=embedding)
    console.print(f"written to {output}")
