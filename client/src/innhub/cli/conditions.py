"""Conditions on samples, as commands take them."""

from typing import Annotated

import typer

Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        "-w",
        help="A condition, for instance 'label=cat|dog', 'entropy@MODEL>=0.5', 'correct=false', 'age<30' for a column "
        "of the data set, or 'selection=NAME'. Give it several times for several conditions.",
    ),
]
