"""Which tests one process runs when several share them."""

from xdist.scheduler import LoadScopeScheduling

_OF_THE_RUNNING_PRODUCT = ("tests/e2e/", "tests/browser/")
_OF_OTHER_PRODUCTS = {"tests/e2e/faults/": "the broken product", "tests/e2e/rolling/": "the rolling product"}


class Distribution(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """File after file goes to whichever process is free; the tests of a running product stay together.

    So the product starts once, and what these tests do to it never happens behind the back of another. Those that break
    it have one of their own, and so have those that replace its replicas.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        for folder, product in _OF_OTHER_PRODUCTS.items():
            if file.startswith(folder):
                return product
        return "the running product" if file.startswith(_OF_THE_RUNNING_PRODUCT) else file
