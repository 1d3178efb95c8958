"""What a screen reader is told."""

from typing import Any


def aria(**attributes: str) -> dict[str, Any]:
    """ARIA attributes as Dash takes them: `aria(label="Tray")`."""
    return {f"aria-{name}": value for name, value in attributes.items()}
