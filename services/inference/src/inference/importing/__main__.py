"""The throw-away process: `python -m inference.importing FOLDER`."""

import sys
from pathlib import Path

from backplane.throwaway import Refused
from domain.errors import HubError, Reason
from inference.importing.exchange import REQUEST_FILE, ImportRequest, Report
from inference.importing.importer import imported


def main(folder: Path) -> None:
    """Imports, or says why not. Either way there is a report."""
    try:
        request = ImportRequest.model_validate_json((folder / REQUEST_FILE).read_bytes())
        Report(result=imported(request, folder)).write(folder)
    except HubError as error:
        Report(result=Refused.of(error)).write(folder)
    except MemoryError:
        refusal = HubError(
            Reason.TOO_LARGE,
            "The model needs more memory than an import may have.",
            "Import a smaller model, or ask an operator for more memory.",
        )
        Report(result=Refused.of(refusal)).write(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
