"""Which tests one process runs when several share them."""

from xdist.scheduler import LoadScopeScheduling

_OF_THE_RUNNING_PRODUCT = ("tests/e2e/", "tests/browser/")
_OF_THE_BROKEN_PRODUCT = "tests/e2e/faults/"


class Distribution(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """File after file goes to whichever process is free; the tests of a running product stay together.

    So the product starts once, and what these tests do to it never happens behind the back of another. Those that break
    it have one of their own.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.startswith(_OF_THE_BROKEN_PRODUCT):
            return "the broken product"
        return "the running product" if file.startswith(_OF_THE_RUNNING_PRODUCT) else file
