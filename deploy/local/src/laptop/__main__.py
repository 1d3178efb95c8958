"""`python -m laptop up|start|stop|status`: the whole product on one machine."""

import argparse
import sys

from laptop import background
from laptop.journal import OWN_NAME
from laptop.problems import StackError


def _up() -> int:
    # Loaded late: gRPC and the S3 client, which only the supervisor needs, take longer than the other commands do.
    from laptop.foreground import up

    return up()


_COMMANDS = {
    "up": _up,
    "start": background.start,
    "stop": background.stop,
    "status": background.status,
}


def main() -> int:
    """Runs one command; problems are said in plain words, without a traceback."""
    parser = argparse.ArgumentParser(prog="python -m laptop", description=__doc__)
    parser.add_argument("command", choices=tuple(_COMMANDS))
    try:
        return _COMMANDS[parser.parse_args().command]()
    except StackError as error:
        for line in f"{error.message}\n{error.advice}".splitlines():
            sys.stdout.write(f"{OWN_NAME:<11} | {line}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
