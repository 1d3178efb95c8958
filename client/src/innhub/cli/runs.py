"""`innhub runs ...`: the history of runs, following and steering them, and what they made."""

from pathlib import Path
from typing import Annotated

import typer

from innhub.cli.connection import hub
from innhub.cli.following import ended, share, told
from innhub.cli.output import AsJson, console, print_json, print_table
from innhub.connection import JSON
from innhub.documents import moment
from innhub.runs import Run

app = typer.Typer(help="Follow, steer and read runs.", no_args_is_help=True)
RunId = Annotated[str, typer.Argument(help="Id of the run.")]
ModelOfRun = Annotated[str, typer.Option("--model", help="Name or id of one of the run's models.")]


@app.command("list")
def list_runs(
    context: typer.Context,
    state: Annotated[list[str] | None, typer.Option(help="Only those in this state; may be repeated.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only those of this kind; may be repeated.")] = None,
    by: Annotated[str | None, typer.Option(help="Only those that this person has begun.")] = None,
    dataset: Annotated[str | None, typer.Option(help="Only those over this data set.")] = None,
    newest: Annotated[bool, typer.Option("--newest", help="The newest first.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the runs: who began them, what they do, how far they are, how long they took."""
    order = "newest" if newest else None
    runs = hub(context).runs.list(state=state or None, kind=kind or None, created_by=by, dataset=dataset, order=order)
    if as_json:
        print_json(runs)
        return
    rows = [
        [run.id, run.name, run.created_by, run.state, share(run), _failed(run), _time(run.created_at), _duration(run)]
        for run in runs
    ]
    print_table(["id", "name", "who", "state", "samples", "failed", "asked for", "took"], rows)


@app.command("show")
def show(context: typer.Context, run: RunId, as_json: AsJson = False) -> None:
    """Show all about a run: what was asked by whom, with which versions, what it cost, and why parts failed."""
    found = hub(context).runs.get(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ["what", "value"], [[name, value] for name, value in _facts(found) if value is not None and value != ""]
    )
    if found.failures:
        rows = [[one["model"], one["shard"], *_why(one["failure"])] for one in found.failures]
        print_table(["model", "shard", "reason", "what happened"], rows)


@app.command("watch")
def watch(context: typer.Context, run: RunId, as_json: AsJson = False) -> None:
    """Follow a run until it has ended."""
    over = ended(hub(context).runs.get(run), as_json=as_json)
    if as_json:
        print_json(over)


@app.command("cancel")
def cancel(context: typer.Context, run: RunId, as_json: AsJson = False) -> None:
    """End a run; what has begun is let finish."""
    told(hub(context).runs.cancel(run), as_json=as_json)


@app.command("retry")
def retry(context: typer.Context, run: RunId, as_json: AsJson = False) -> None:
    """Try the parts of a run that failed once more; what is done stays."""
    told(hub(context).runs.retry(run), as_json=as_json)


@app.command("relevance")
def relevance(
    context: typer.Context,
    run: RunId,
    model: ModelOfRun,
    output: Annotated[Path, typer.Option("-o", "--output", help="The .npy file to write.")],
) -> None:
    """Write what a run explained for a model: one array (samples, height, width)."""
    if output.suffix != ".npy":
        raise typer.BadParameter("must end in .npy", param_hint="--output")
    hub(context).runs.get(run).save_relevance(model, output)
    console.print(f"written to {output}", highlight=False)


@app.command("explained")
def explained(context: typer.Context, run: RunId, model: ModelOfRun, as_json: AsJson = False) -> None:
    """List what a run explained for each sample, and why it could not explain some."""
    found = list(hub(context).runs.explained(run, model))
    if as_json:
        print_json(found)
        return
    rows = [
        [entry["sample"], *(["", "", "", entry["refusal"]["detail"]] if entry["refusal"] else _values(entry))]
        for entry in found
    ]
    print_table(["sample", "target", "value", "sum of relevance", "why not"], rows)


@app.command("quality")
def quality(context: typer.Context, run: RunId, model: ModelOfRun, as_json: AsJson = False) -> None:
    """List how far the map of each sample can be trusted, as `innhub assess-all` found out."""
    found = list(hub(context).runs.qualities(run, model))
    if as_json:
        print_json(found)
        return
    rows = [[entry["sample"], *_verdict(entry)] for entry in found]
    print_table(["sample", "grade", "randomisation", "curves", "stability", "why not"], rows)


def _verdict(entry: JSON) -> list[object]:
    if entry["quality"] is None:
        return ["", "", "", "", entry["refusal"]["detail"]]
    grades = {finding["check"]: finding["grade"] for finding in entry["quality"]["findings"]}
    return [entry["quality"]["grade"], *(grades[check] for check in ("randomisation", "curves", "stability")), ""]


def _values(entry: JSON) -> list[object]:
    return [entry["target_name"], f"{entry['target_value']:.6g}", f"{entry['relevance_sum']:.6g}", ""]


def _facts(run: Run) -> list[tuple[str, object]]:
    asked, pause, rate = run.explanation or {}, run.pause or {}, run.progress.get("samples_a_second")
    return [
        ("id", run.id),
        ("name", run.name),
        ("kind", run.kind),
        ("state", run.state),
        ("paused because", pause.get("reason")),
        ("goes on at", pause.get("resumes_at")),
        ("asked for by", run.created_by),
        ("priority", run.priority),
        ("data set", run.dataset),
        ("models", ", ".join(run.models)),
        ("layer", run.layer),
        *((f"explanation: {name}", value) for name, value in asked.items()),
        ("maps of run", run.run),
        ("label", run.label),
        ("samples", share(run)),
        ("parts", f"{run.progress['shards_done']}/{run.progress['shards_total']}, {_failed(run) or 'none'} failed"),
        ("samples a second", f"{rate:.1f}" if rate else None),
        ("asked for", _time(run.created_at)),
        ("begun", _time(run.started_at)),
        ("ended", _time(run.ended_at)),
        ("took", _duration(run)),
        ("work of all workers", f"{run.work.get('seconds', 0):.1f} s"),
        ("parts begun again", run.work.get("retries")),
        ("hub", run.versions.get("hub")),
        ("edition of the engine", run.versions.get("engine")),
        *((f"network of {model}", digest[:16]) for model, digest in run.versions.get("networks", {}).items()),
    ]


def _why(failure: JSON) -> tuple[str, str]:
    return failure["reason"], f"{failure['detail']} {failure.get('advice', '')}".strip()


def _failed(run: Run) -> object:
    return run.progress["shards_failed"] or ""


def _time(when: str | None) -> str:
    return "" if when is None else f"{moment(when):%Y-%m-%d %H:%M:%S}"


def _duration(run: Run) -> str:
    if run.started_at is None or run.ended_at is None:
        return ""
    return f"{(moment(run.ended_at) - moment(run.started_at)).total_seconds():.1f} s"
