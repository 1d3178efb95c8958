"""`innhub suggest embedding | neighbours | duplicates | outliers | clusters`."""

from typing import Annotated

import typer

from innhub.cli.conditions import Where
from innhub.cli.connection import hub
from innhub.cli.output import AsJson, console, print_json, print_table
from innhub.connection import JSON

DatasetName = Annotated[str, typer.Argument(help="Name or id of the data set.")]
ModelName = Annotated[str, typer.Argument(help="Name or id of the model.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="The most to list.")]


def embedding(
    context: typer.Context,
    dataset: DatasetName,
    model: ModelName,
    projection: Annotated[str, typer.Option(help="pca, or umap once `innhub umap` has made it.")] = "pca",
    max_points: Annotated[int, typer.Option(min=1, max=100_000, help="The most samples.")] = 2000,
    where: Where = None,
    as_json: AsJson = False,
) -> None:
    """Lay the samples out in the plane by what the last hidden layer of a model answers to them."""
    found = hub(context).suggest.embedding(
        dataset, model, projection=projection, max_points=max_points, where=where or ()
    )
    if as_json:
        print_json(found)
        return
    rows = [
        [*_named(point["sample"]), f"{point['x']:.4g}", f"{point['y']:.4g}", point["answer"]["predicted"]["name"]]
        for point in found["points"]
    ]
    print_table(["sample", "path", "label", "x", "y", "class"], rows)
    console.print(f"{len(rows)} of {found['samples']} samples")
    if found["explained_variance"]:
        shares = " and ".join(f"{share:.1%}" for share in found["explained_variance"])
        console.print(f"The axes show {shares} of their differences.")


def neighbours(
    context: typer.Context,
    dataset: DatasetName,
    model: ModelName,
    sample: Annotated[int, typer.Argument(min=0, help="Number of the sample.")],
    limit: Limit = 12,
    as_json: AsJson = False,
) -> None:
    """List the samples that lie nearest to one."""
    _print_distant(hub(context).suggest.neighbours(dataset, model, sample, limit=limit), as_json=as_json)


def outliers(
    context: typer.Context, dataset: DatasetName, model: ModelName, limit: Limit = 100, as_json: AsJson = False
) -> None:
    """List the samples that lie farthest from all others."""
    _print_distant(hub(context).suggest.outliers(dataset, model, limit=limit), as_json=as_json)


def duplicates(
    context: typer.Context,
    dataset: DatasetName,
    model: ModelName,
    max_distance: Annotated[float, typer.Option(min=0, max=2, help="Cosine distance.")] = 0.05,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """List pairs of samples that lie closest together."""
    found = hub(context).suggest.duplicates(dataset, model, max_distance=max_distance, limit=limit)
    if as_json:
        print_json(found["items"])
        return
    rows = [
        [f"{pair['distance']:.4g}", *_named(pair["first"])[:2], *_named(pair["second"])[:2]] for pair in found["items"]
    ]
    print_table(["distance", "sample", "path", "sample", "path"], rows)
    console.print(f"{found['total']} pairs among {found['samples']} samples")


def clusters(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="Id of a run of `innhub clusters`, or of `innhub explain-all`.")],
    model: Annotated[str, typer.Option(help="One of the run's models; needed where it has several.")] = "",
    label: Annotated[str | None, typer.Option(help="The label; that of the run, if left out.")] = None,
    members: Annotated[int, typer.Option(min=1, max=1000, help="The most samples to name of each group.")] = 12,
    as_json: AsJson = False,
) -> None:
    """Show groups of samples whose maps look alike, as `innhub clusters` has found them."""
    found = hub(context).suggest.clusters(run, model=model, label=label, max_members=members)
    if as_json:
        print_json(found["items"])
        return
    rows = [
        [
            group["number"],
            group["samples"],
            "" if group["accuracy"] is None else f"{group['accuracy']:.2f}",
            " ".join(str(member["sample"]["number"]) for member in group["members"]),
        ]
        for group in found["items"]
    ]
    print_table(["group", "samples", "right", "most typical samples"], rows)


def _print_distant(found: JSON, *, as_json: bool) -> None:
    if as_json:
        print_json(found["items"])
        return
    rows = [
        [*_named(one["sample"]), f"{one['distance']:.4g}", one["answer"]["predicted"]["name"]] for one in found["items"]
    ]
    print_table(["sample", "path", "label", "distance", "class"], rows)
    console.print(f"among {found['samples']} samples")


def _named(sample: JSON) -> list[object]:
    return [sample["number"], sample["path"], sample["label"] or ""]
