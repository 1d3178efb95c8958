"""An explanation as the lines of Python and the command that make it again."""

import json
import shlex

from innhub import Explanation
from ui.links import View


def python_lines(view: View, explanation: Explanation, model: str) -> str:
    """The lines of Python."""
    hub = "Hub()" if view.workspace == "default" else f"Hub(workspace={view.workspace!r})"
    given = [
        f"    {model!r}",
        f"    hub.datasets.get({view.dataset!r})[{explanation.sample}]",
        f"    method={explanation.method!r}",
        *([f"    parameters={explanation.parameters!r}"] if explanation.parameters else []),
        f"    target={explanation.target!r}",
        *([f"    layer={explanation.layer!r}"] if explanation.layer else []),
        f"    engine={explanation.engine!r}",
    ]
    style = {"overlay": view.overlay, "colormap": view.colormap, "percentile": view.percentile}
    return "\n".join(
        [
            "from innhub import Hub",
            "",
            "# INNHUB_URL and INNHUB_TOKEN say where the hub is.",
            f"hub = {hub}",
            "explanation = hub.explain(",
            *(f"{line}," for line in given),
            ")",
            f"style = {style!r}",
            "image = explanation.image(**style)",
            f"image.save({_file(view, explanation, model)!r})",
        ]
    )


def command(view: View, explanation: Explanation, model: str) -> str:
    """The `innhub` command."""
    words = ["innhub"]
    if view.workspace != "default":
        words += ["--workspace", view.workspace]
    words += ["explain", model, view.dataset, str(explanation.sample), "--method", explanation.method]
    for name, value in explanation.parameters.items():
        words += ["--set", f"{name}={json.dumps(value)}"]
    words += ["--target", str(explanation.target)]
    if explanation.layer:
        words += ["--layer", explanation.layer]
    words += ["--engine", explanation.engine, "--overlay", repr(view.overlay)]
    if view.colormap:
        words += ["--colormap", view.colormap]
    return shlex.join([*words, "-o", _file(view, explanation, model)])


def _file(view: View, explanation: Explanation, model: str) -> str:
    name = f"{model}-{view.dataset}-{explanation.sample}-{explanation.method}"
    return f"{name}.png"
