"""What was measured of an image, and the table that people read."""

from dataclasses import dataclass, field

_COLUMNS = "| image | size, MB | of which dependencies, MB | own code, MB | seconds to ready | seconds to end |"
_MEGABYTE = 1_000_000


@dataclass
class Measured:
    """One row.

    Args:
        image: the name without a registry.
        layers: bytes of the image, of the layer of its dependencies, and of that of our own code.
    """

    image: str
    layers: tuple[int, int, int]
    ready_seconds: float = 0.0
    end_seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def table(rows: list[Measured]) -> str:
    """The rows as a table in Markdown."""
    lines = [_COLUMNS, "|---|--:|--:|--:|--:|--:|"]
    for row in rows:
        sizes = " | ".join(f"{size / _MEGABYTE:.1f}" for size in row.layers)
        lines.append(f"| `{row.image}` | {sizes} | {row.ready_seconds:.1f} | {row.end_seconds:.1f} |")
    return "\n".join(lines)
