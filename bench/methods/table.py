"""The outcome in Markdown, for docs/performance.md."""

from collections.abc import Iterator, Mapping, Sequence

from bench.methods.aims import most_passes, most_seconds
from bench.methods.comparison import LIBRARIES, NATIVE, unit_of
from bench.methods.rows import Row, paired

_OTHERS = [library.name for library in LIBRARIES]


def tables(rows: list[Row]) -> str:
    """Two tables for each network: our methods with our aims and the others' costs, and all figures of the others."""
    networks = dict.fromkeys(row.network for row in rows)
    parts = [part for network in networks for part in _network(network, paired(rows, network))]
    return "\n\n".join([*parts, _versions(rows), _score(rows)]) + "\n"


def _network(network: str, methods: Mapping[str, Mapping[str, Row]]) -> Iterator[str]:
    yield f"### {network}"
    yield _markdown(
        ["method", "per", "forward passes", "aim", "images/s", "first call [s]", "memory [MB]", *_OTHERS, "as fast"],
        [_native_cells(network, method, found) for method, found in methods.items()],
    )
    others = [found[library] for found in methods.values() for library in _OTHERS if library in found]
    measured = [row for row in others if row.figures]
    if measured:
        yield "The other libraries:"
        yield _markdown(
            ["library", "method", "per", "forward passes", "images/s", "first call [s]", "memory [MB]"],
            [[row.library, row.name, *_cells(row)] for row in sorted(measured, key=lambda row: row.library.lower())],
        )
    missing = [row for found in methods.values() for row in found.values() if row.figures is None]
    if missing:
        yield "Not measured:"
        yield "\n".join(f"* {row.library} {row.name}: {row.failure}" for row in missing)


def _native_cells(network: str, method: str, found: Mapping[str, Row]) -> list[str]:
    row = found.get(NATIVE)
    others = [f"{other.figures.passes:.2f}" if (other := found.get(name)) and other.figures else "" for name in _OTHERS]
    if row is None or row.figures is None:
        unit = next((_unit(other) for other in found.values() if other.figures), "")
        return [method, unit, "", "", "", "", "", *others, ""]
    unit, passes, images, first, memory = _cells(row)
    most = most_seconds(network, row.figures)
    aim = _aim(row.figures.passes, most_passes(method, network))
    timely = f" ({_aim(row.figures.first_call_seconds, most)})" if most is not None else ""
    return [method, unit, passes, aim, images, first + timely, memory, *others, _as_fast(found)]


def _cells(row: Row) -> list[str]:
    figures = row.figures
    assert figures is not None, "a row without figures has no cells"
    return [
        _unit(row),
        f"{figures.passes:.2f} ({figures.passes_low:.2f}-{figures.passes_high:.2f})",
        _rounded(figures.images_per_second),
        f"{figures.first_call_seconds:.1f}",
        f"{figures.peak_megabytes:.0f}",
    ]


def _unit(row: Row) -> str:
    return unit_of(row.method) if row.figures and row.figures.per_evaluation else "picture"


def _aim(value: float, most: float | None) -> str:
    return "" if most is None else f"≤ {most:g} {'met' if value <= most else 'not met'}"


def _as_fast(found: Mapping[str, Row]) -> str:
    """Whether we take no more forward passes than any other library, or which take fewer; empty without others."""
    ours = found[NATIVE].figures
    others = [row for library, row in found.items() if library != NATIVE and row.figures]
    if ours is None or not others:
        return ""
    faster = [row.library for row in others if row.figures and row.figures.passes < ours.passes]
    return f"no: {', '.join(faster)}" if faster else "yes"


def _score(rows: list[Row]) -> str:
    """How many aims are met."""
    judged = [
        value <= most
        for row in rows
        if row.library == NATIVE and row.figures
        for value, most in (
            (row.figures.passes, most_passes(row.method, row.network)),
            (row.figures.first_call_seconds, most_seconds(row.network, row.figures)),
        )
        if most is not None
    ]
    compared = [
        verdict
        for network in dict.fromkeys(row.network for row in rows)
        for found in paired(rows, network).values()
        if NATIVE in found and (verdict := _as_fast(found))
    ]
    return (
        f"Aims met: {sum(judged)} of {len(judged)}. "
        f"At least as fast as every library that has the method: {compared.count('yes')} of {len(compared)}."
    )


def _versions(rows: list[Row]) -> str:
    found = {row.library: row.versions for row in rows if row.versions}
    told = [
        f"{library} on {', '.join(f'{package} {version}' for package, version in versions.items())}"
        for library, versions in found.items()
    ]
    return f"Medians, with the quartiles in parentheses. Measured: {'; '.join(told) or 'nothing'}."


def _rounded(value: float) -> str:
    return f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def _markdown(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rule = ["---"] * len(head)
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, rule, *lines))
