"""What the stand-in answers about samples by what models say: conditions, charts, and what lies near what."""

import operator
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

JSON = dict[str, Any]

_CONDITION = re.compile(r"(?P<name>[a-z_0-9]+)(@(?P<model>[^<>=!]+))?(?P<sign>!=|>=|<=|=|>|<)(?P<value>.+)")
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
MEANINGS = {True: "All models give the same answer.", False: "The models contradict each other."}


class NoConditionError(ValueError):
    """A condition that says nothing."""


def answer(kind: str, points: list[JSON], models: list[str], asked: JSON) -> JSON:
    """What is answered about these points."""
    answers: dict[str, Callable[[], JSON]] = {
        "agreement": lambda: agreement(points),
        "samples": lambda: {"items": points, "next": None, "samples": len(points)},
        "histogram": lambda: histogram(points, asked["quantity"], int(asked["bins"])),
        "calibration": lambda: calibration(points, int(asked["bins"])),
        "confusion": lambda: confusion(points, models),
        "embedding": lambda: embedding(points, asked["projection"]),
    }
    return answers[kind]() if kind in answers else near(kind, points, asked)


def meeting(points: Iterable[JSON], where: Iterable[str], models: dict[str, str]) -> list[JSON]:
    """The points that meet all conditions."""
    found = list(points)
    for text in where:
        read = _CONDITION.fullmatch(text)
        if read is None:
            raise NoConditionError(text)
        found = [point for point in found if _meets(point, read, models)]
    return found


def _meets(point: JSON, read: re.Match[str], models: dict[str, str]) -> bool:
    given = next(
        answer for answer in point["answers"] if read["model"] in (None, answer["model"], models[answer["model"]])
    )
    value = _value(point, given, read["name"])
    if value is None:
        return read["sign"] == "!="
    if read["sign"] in _SIGNS:
        return _SIGNS[read["sign"]](value, float(read["value"]))
    same = str(value).lower() in read["value"].lower().split("|")
    return same == (read["sign"] == "=")


def _value(point: JSON, answer: JSON, name: str) -> Any:
    error = None if answer["label_score"] is None else 1 - answer["label_score"]
    score = answer["predicted"]["score"]
    known = {
        "label": point["sample"]["label"],
        "predicted": answer["predicted"]["name"],
        "label_error": error,
        "entropy": 1 - score,
        **dict.fromkeys(("score", "margin"), score),
    }
    if name in known:
        return known[name]
    return point.get(name, answer.get(name))


def agreement(points: list[JSON]) -> JSON:
    """The map."""
    places = Counter((point["predicted_classes"] == 1, point["mean_score"] >= 0.5) for point in points)
    cells = Counter((int(point["mean_score"] * 50), point["predicted_classes"]) for point in points)
    return {
        "samples": len(points),
        "missing": 0,
        "points": points,
        "quadrants": [
            {
                "agree": agree,
                "sure": sure,
                "samples": places[agree, sure],
                "title": f"{'Agree' if agree else 'Disagree'}, {'sure' if sure else 'unsure'}",
                "meaning": MEANINGS[agree],
            }
            for agree in (True, False)
            for sure in (True, False)
        ],
        "cells": [
            {"lower": place / 50, "upper": (place + 1) / 50, "predicted_classes": classes, "samples": count}
            for (place, classes), count in cells.items()
        ],
    }


def histogram(points: list[JSON], quantity: str, bins: int) -> JSON:
    """The bars of a quantity from 0 to 1."""
    rows = [{"lower": i / bins, "upper": (i + 1) / bins, "samples": 0, "correct": 0} for i in range(bins)]
    values = [(_value(point, point["answers"][0], quantity), point["answers"][0]["correct"]) for point in points]
    known = [(value, correct) for value, correct in values if value is not None]
    for value, correct in known:
        row = rows[min(int(value * bins), bins - 1)]
        row["samples"] += 1
        row["correct"] += bool(correct)
    return {"bins": rows, "samples": len(known), "without_label": len(points) - len(known)}


def calibration(points: list[JSON], bins: int) -> JSON:
    """The reliability diagram, with all samples in its last bar but one."""
    empty = {"samples": 0, "mean_score": None, "accuracy": None}
    rows = [{"lower": i / bins, "upper": (i + 1) / bins, **empty} for i in range(bins)]
    rows[-2] |= {"samples": len(points), "mean_score": 0.85, "accuracy": 0.75}
    return {
        "bins": rows,
        "expected_calibration_error": 0.1,
        "samples": len(points),
        "without_label": 0,
        "accuracy": 0.75,
    }


def confusion(points: list[JSON], models: list[str]) -> JSON:
    """Who says what: the first of two models, or the label, against the last one."""
    pairs = [
        (
            point["answers"][0]["predicted"]["name"] if len(models) > 1 else point["sample"]["label"],
            point["answers"][-1]["predicted"]["name"],
        )
        for point in points
    ]
    cells = Counter((row, column) for row, column in pairs if row is not None)
    drawn = [{"row": row, "column": column, "samples": count} for (row, column), count in cells.most_common()]
    sides = [Counter(pair[side] for pair in cells.elements()).most_common() for side in (0, 1)]
    return {
        "rows": [{"name": name, "samples": count} for name, count in sides[0]],
        "columns": [{"name": name, "samples": count} for name, count in sides[1]],
        "cells": drawn,
        "most_confused": [cell for cell in drawn if cell["row"] != cell["column"]],
        "samples": sum(cells.values()),
        "equal": sum(count for (row, column), count in cells.items() if row == column),
        "without_label": len(pairs) - sum(cells.values()),
    }


def embedding(points: list[JSON], projection: str) -> JSON:
    """Samples on a line."""
    return {
        "points": [{**_distant(point), "x": place, "y": -place} for place, point in enumerate(points)],
        "samples": len(points),
        "explained_variance": [0.5, 0.25] if projection == "pca" else [],
    }


def near(kind: str, points: list[JSON], asked: JSON) -> JSON:
    """Neighbours, outliers, or one pair of duplicates."""
    if kind == "duplicates":
        pair = {"first": points[1]["sample"], "second": points[5]["sample"], "distance": 0.01}
        return {"items": [pair], "total": 1, "samples": len(points)}
    others = [point for point in points if str(point["sample"]["number"]) != asked.get("sample")]
    items = [{**_distant(point), "distance": place / 10} for place, point in enumerate(others)]
    return {"items": items[: int(asked["limit"])], "samples": len(points)}


def clusters(points: list[JSON]) -> JSON:
    """One group of three."""
    members = [{**_distant(point), "x": 0.0, "y": 0.0} for point in points[:3]]
    group = {"number": 0, "samples": 3, "typical_map": [0.5, -1, 0, 0.25], "members": members, "accuracy": 2 / 3}
    return {"items": [group], "map_side": 2, "samples": 3, "eigenvalues": [0, 0.5]}


def _distant(point: JSON) -> JSON:
    return {"sample": point["sample"], "answer": point["answers"][0]}
