import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.links import TRAY_LIMIT, View, class_targets, unit_target

NAMES = st.text(string.ascii_letters + string.digits + "._-", min_size=1, max_size=20)
NUMBERS = st.integers(0, 10**7)
VIEWS = st.builds(
    View,
    workspace=NAMES,
    dataset=NAMES,
    models=st.lists(NAMES, unique=True, max_size=4).map(tuple),
    where=st.lists(st.text(string.printable, min_size=1, max_size=9).map(str.strip), unique=True, max_size=3).map(
        lambda lines: tuple(line for line in lines if line and "\n" not in line)
    ),
    chart=NAMES,
    quantity=NAMES,
    rows=st.text(max_size=10),
    columns=st.text(max_size=10),
    show=st.text(max_size=10),
    tray=st.lists(NUMBERS, unique=True, max_size=TRAY_LIMIT).map(tuple),
    sample=st.none() | NUMBERS,
    method=NAMES,
    parameters=st.dictionaries(
        NAMES, st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9)
    ),
    engine=st.sampled_from(["", "native", "innvestigate", "innvestigate-named"]),
    target=st.sampled_from(
        ["predicted", "label", "class:tiger, tiger cat", "class:a&b=c#+ %", "unit:134", "unit:3@a/b"]
    ),
    layer=st.text(max_size=10),
    overlay=st.floats(0, 1),
    colormap=st.sampled_from(["", "vik"]),
    percentile=st.floats(50.1, 100),
    model=NAMES,
    inspected=st.text(max_size=10),
    unit=st.none() | NUMBERS,
    unfolded=st.none() | st.lists(NAMES, unique=True, max_size=4).map(tuple),
    projection=st.sampled_from(["pca", "umap"]),
    coloured=st.sampled_from(["label", "prediction", "correctness"]),
    listed=NAMES,
    run=NAMES,
    grouped=st.text(max_size=10),
)


@given(VIEWS)
def test_a_link_reproduces_the_view(view: View) -> None:
    assert View.parse(view.query()) == view


@given(st.text(max_size=60))
def test_any_text_is_read_as_a_link(text: str) -> None:
    assert View.parse(View.parse(text).query()) == View.parse(text)


@pytest.mark.parametrize(
    "query",
    [
        "?sample=-1",
        "?sample=x",
        "?overlay=7",
        "?overlay=nan",
        "?percentile=50",
        "?target=",
        "?target=unit:x",
        "?p.a={",
        "?tray=1,x",
        "?unit=x",
        "?target=unit:x@conv",
    ],
)
def test_what_cannot_be_read_is_as_if_not_set(query: str) -> None:
    assert View.parse(query) == View()


def test_what_is_at_its_default_is_left_out() -> None:
    assert View().query() == ""
    assert View(dataset="photos", models=("a", "b"), tray=(3, 1)).query() == "?dataset=photos&models=a,b&tray=3,1"


def test_the_question_knows_nothing_of_the_drawing() -> None:
    view = View(dataset="photos", sample=3, method="gradient", overlay=0.1, colormap="vik", tray=(1,), models=("a",))
    view = view.filtered(["label=cat"])
    assert View.parse(view.question()) == View(dataset="photos", sample=3, method="gradient")


def test_a_class_that_is_there_twice_is_chosen_by_its_unit() -> None:
    assert [choice["value"] for choice in class_targets(["crane", "tabby", "crane"])] == [
        "unit:0",
        "class:tabby",
        "unit:2",
    ]


@pytest.mark.parametrize(
    ("target", "explained"),
    [
        ("predicted", "predicted"),
        ("label", "label"),
        ("class:tabby", "tabby"),
        ("unit:7", 7),
        (unit_target(7, "conv@1"), {"layer": "conv@1", "unit": 7}),
    ],
)
def test_a_target_as_the_client_takes_it(target: str, explained: object) -> None:
    assert View(target=target).explained == explained
