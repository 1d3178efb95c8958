"""The queues of the house: which subject carries which work, and who shares it."""

from backplane.bus import DEAD_LETTER_SUBJECT, DEAD_LETTERS_STREAM, EVENTS_STREAM, TASKS_STREAM
from backplane.settings import ServiceSettings
from backplane.tasks import UNLIMITED, Queue

IMPORT_MODELS_SUBJECT = "tasks.import.models"
IMPORT_DATASETS_SUBJECT = "tasks.import.datasets"
SHARDS_SUBJECT = "tasks.shards.*"
EXPLAINED_SHARDS_SUBJECT = "tasks.explained_shards.*"
STATISTICS_SUBJECT = "tasks.statistics.*"
EVENTS_SUBJECT = "events.all"


def shards_subject(run: str) -> str:
    """The subject of the shards of one run, so that what has not begun can be taken off the queue."""
    return f"tasks.shards.{run}"


def explained_shards_subject(run: str) -> str:
    """The same for a run that explainers work on."""
    return f"tasks.explained_shards.{run}"


def statistics_subject(run: str) -> str:
    """The same for a run that suggest works on."""
    return f"tasks.statistics.{run}"


def import_models(settings: ServiceSettings, at_once: int) -> Queue:
    """Models to import, for inference."""
    return _tasks("import-models", IMPORT_MODELS_SUBJECT, settings, at_once)


def import_datasets(settings: ServiceSettings) -> Queue:
    """Data sets to import, for suggest."""
    return _tasks("import-datasets", IMPORT_DATASETS_SUBJECT, settings, 1)


def shards(settings: ServiceSettings) -> Queue:
    """The shards of runs that predict or record, for inference."""
    return _tasks("shards", SHARDS_SUBJECT, settings, 1)


def explained_shards(settings: ServiceSettings) -> Queue:
    """The shards of runs that explain, check explanations or fit patterns, for the explainers."""
    return _tasks("explained-shards", EXPLAINED_SHARDS_SUBJECT, settings, 1)


def statistics(settings: ServiceSettings) -> Queue:
    """What is made of what whole runs left, for suggest."""
    return _tasks("statistics", STATISTICS_SUBJECT, settings, 1)


def gateway_events(settings: ServiceSettings) -> Queue:
    """Everything that happened, for the gateway, which keeps the records."""
    return Queue(EVENTS_STREAM, "gateway", EVENTS_SUBJECT, settings.lease_seconds, UNLIMITED, concurrency=16)


def dead_letters(settings: ServiceSettings) -> Queue:
    """Tasks whose workers died as often as they may, for the gateway."""
    return Queue(DEAD_LETTERS_STREAM, "dead-letters", DEAD_LETTER_SUBJECT, settings.lease_seconds, UNLIMITED)


def tasks(settings: ServiceSettings) -> tuple[Queue, ...]:
    """All queues of tasks."""
    return (
        import_models(settings, 1),
        import_datasets(settings),
        shards(settings),
        explained_shards(settings),
        statistics(settings),
    )


def _tasks(name: str, subject: str, settings: ServiceSettings, at_once: int) -> Queue:
    return Queue(TASKS_STREAM, name, subject, settings.lease_seconds, settings.task_deliveries, at_once)
