"""Ids of components. Those of which a page has several, or none, are made by functions and matched by pattern."""

Pattern = dict[str, object]

# The shell, around every page.
ADDRESS = "address"
PAGE = "page"
NOTICES = "notices"
PERSON = "person"
NAVIGATION = ("go-home", "go-suggest", "go-embeddings", "go-compare", "go-inspect", "go-runs", "go-setup")

# On every page: the query of the link that reproduces what is shown.
LINK = "link"

HOME = "home"
HOME_CLOCK = "home-clock"

# On Suggest and Compare.
DATASET = "dataset"
MODELS = "models"

# Suggest.
WHERE = "where"
LABEL_FILTER = "label-filter"
PREDICTED_FILTER = "predicted-filter"
CORRECT_FILTER = "correct-filter"
SELECTION_FILTER = "selection-filter"
CONDITIONS = "conditions"
MEETING = "meeting"
PURPOSE = "purpose"
SAVED_SAMPLES = "saved-samples"
SAVED_NAME = "saved-name"
SAVED_NOTE = "saved-note"
SAVE = "save"
SAVED = "saved"
CHART_KIND = "chart-kind"
QUANTITY = "quantity"
ROWS = "rows"
COLUMNS = "columns"
CHART = "chart"
HOVER = "hover"
SHOW = "show"
GALLERY = "gallery"
SUGGEST_STRIP = "suggest-strip"
RUN = "run"
RUN_CLOCK = "run-clock"
RUN_PROGRESS = "run-progress"
REVISION = "revision"

# Compare.
METHOD = "method"
METHOD_ABOUT = "method-about"
ENGINE = "engine"
TARGET = "target"
LAYER = "layer"
FORM = "form"
OVERLAY = "overlay"
COLORMAP = "colormap"
PERCENTILE = "percentile"
SAMPLE = "sample"
PREVIOUS = "previous"
NEXT = "next"
POSITION = "position"
QUESTION = "question"
PICTURE = "picture"
LABEL = "label"
COMPARE_STRIP = "compare-strip"
CATALOGUE = "catalogue"

# Inspect.
INSPECTED_MODEL = "inspected-model"
INSPECTED_DATASET = "inspected-dataset"
INSPECTED_LAYER = "inspected-layer"
INSPECTED_SAMPLE = "inspected-sample"
INSPECTED_UNIT = "inspected-unit"
INSPECTED_PICTURE = "inspected-picture"
DRAWING = "drawing"
UNFOLDED = "unfolded"
SEEN = "seen"
ABOUT_LAYER = "about-layer"
ACTIVATIONS = "activations"
EXCITED = "excited"
STRONGEST = "strongest"

# Runs.
RUNS = "runs"
RUNS_CLOCK = "runs-clock"
RUNS_SHAPE = "runs-shape"

# Embeddings.
EMBEDDED_DATASET = "embedded-dataset"
EMBEDDED_MODEL = "embedded-model"
EMBEDDED_SAMPLE = "embedded-sample"
EMBEDDINGS_STRIP = "embeddings-strip"
PROJECTION = "projection"
COLOURED = "coloured"
EMBEDDING = "embedding"
LISTED = "listed"
NEAR = "near"
GROUPING = "grouping"
GROUPED_RUN = "grouped-run"
GROUPED_HINT = "grouped-hint"
GROUPED_LABEL = "grouped-label"
GROUPS = "groups"

# Setup.
MODEL_ORIGIN = "model-origin"
MODEL_FILE = "model-file"
APPLICATION = "application"
WEIGHTS = "weights"
WEIGHTS_FILE = "weights-file"
MODEL_NAME = "model-name"
LABELS = "labels"
LABELS_FILE = "labels-file"
PREPROCESSING = "preprocessing"
HISTORY_FILE = "history-file"
DATASET_FILE = "dataset-file"
DATASET_NAME = "dataset-name"
DATASET_LABELS_FILE = "dataset-labels-file"


def tray(page: object) -> Pattern:
    """The samples in the tray, as kept on a page: each has one of its own, for its own callbacks."""
    return {"tray": page}


def graph(kind: object) -> Pattern:
    """A chart: `agreement`, `histogram`, `calibration`, `confusion` or `embedding`."""
    return {"graph": kind}


def show(what: object) -> Pattern:
    """A button that lists samples."""
    return {"show": what}


def pick(sample: object) -> Pattern:
    """A sample in the gallery, which a click puts into the tray or takes out."""
    return {"pick": sample}


def pair(first: object, second: object) -> Pattern:
    """The button that puts two samples into the tray."""
    return {"pair": first, "with": second}


def remove(sample: object) -> Pattern:
    """The button that takes a sample out of the tray."""
    return {"remove": sample}


def go(sample: object) -> Pattern:
    """A sample in the tray, which a click compares."""
    return {"go": sample}


def tray_button(action: object) -> Pattern:
    """`clear` or `all`."""
    return {"tray-button": action}


def predict(models: object) -> Pattern:
    """The button that starts the predictions that are missing, of these models."""
    return {"predict": models}


def setting(chart: object) -> Pattern:
    """The settings that one chart has."""
    return {"setting": chart}


def begin(kind: object) -> Pattern:
    """The button that begins a run of this kind."""
    return {"begin": kind}


def parameter(name: object, method: object, kind: object) -> Pattern:
    """A control of a method's parameter; `kind` says which of its properties has the value."""
    return {"parameter": name, "method": method, "kind": kind}


def box(part: object, model: object) -> Pattern:
    """A part of the box of a model."""
    return {"box": part, "model": model}


def network(unfolded: object) -> Pattern:
    """The drawing of a network, by what is unfolded in it."""
    return {"network": unfolded}


def level(change: object) -> Pattern:
    """The button that unfolds (`more`) or folds (`less`) a level of the network."""
    return {"level": change}


def layer(name: object, place: object) -> Pattern:
    """A button that goes to a layer; the same layer may be named at several places."""
    return {"layer": name, "place": place}


def unit(number: object, place: object) -> Pattern:
    """A button that chooses a unit of the layer."""
    return {"unit": number, "place": place}


def exciting(sample: object) -> Pattern:
    """A sample that excites the unit, which a click makes the sample to look at."""
    return {"exciting": sample}


def record(what: object) -> Pattern:
    """The button that finds the samples that excite a unit."""
    return {"record": what}


def run_live(run: object) -> Pattern:
    """How far a run in the list is."""
    return {"run-live": run}


def steer(action: object, run: object) -> Pattern:
    """The button that does something with a run: `cancel` or `retry`."""
    return {"steer": action, "run": run}


def setup(part: object, what: object) -> Pattern:
    """A part of bringing in a `model` or a `dataset`: the `button`, the `clock`, the `incoming`, its `state`."""
    return {"setup": part, "what": what}


def preprocessing(field: object) -> Pattern:
    """A field of preprocessing that has no name."""
    return {"preprocessing": field}


def part(name: object) -> Pattern:
    """A part of the form for a model that is only shown where it is needed."""
    return {"part": name}
