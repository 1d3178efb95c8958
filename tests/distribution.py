"""Which tests one process runs when several share them."""

from xdist.scheduler import LoadScopeScheduling

_OF_THE_RUNNING_PRODUCT = ("tests/e2e/", "tests/browser/")


class Distribution(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """File after file goes to whichever process is free; the tests of the running product stay together.

    So the product starts once, and what these tests do to it never happens behind the back of another.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "the running product" if file.startswith(_OF_THE_RUNNING_PRODUCT) else file
