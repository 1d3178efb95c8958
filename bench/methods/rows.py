"""The outcome: a row for each method, library and network, in the file of results and in the table."""

from dataclasses import dataclass, field

from bench.methods.measuring import Figures


@dataclass(frozen=True)
class Row:
    """One method of one library on one network.

    Attributes:
        network: of `networks.ARCHITECTURES`.
        library: `comparison.NATIVE` or the name of another.
        method: our id, whatever the library.
        name: what the library calls it.
        figures: what was measured.
        failure: why there are no figures.
        versions: of the library and what it stands on.
    """

    network: str
    library: str
    method: str
    name: str
    figures: Figures | None = None
    failure: str = ""
    versions: dict[str, str] = field(default_factory=dict)


def paired(rows: list[Row], network: str) -> dict[str, dict[str, Row]]:
    """The rows of a network by method and library; ours first, then what only others have."""
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        if row.network == network:
            found.setdefault(row.method, {})[row.library] = row
    return found
