"""What was used last stays; memory is never exceeded."""

from hypothesis import given
from hypothesis import strategies as st

from suggest.memory_cache import MemoryCache


def test_the_least_recently_used_makes_room() -> None:
    cache: MemoryCache[str, bytes] = MemoryCache("test", 10, len)
    cache.put("a", b"1234")
    cache.put("b", b"1234")
    assert cache.get("a") == b"1234"
    cache.put("c", b"1234")
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (b"1234", None, b"1234")


def test_a_value_that_grew_takes_the_place_of_the_old_one() -> None:
    cache: MemoryCache[str, bytes] = MemoryCache("test", 10, len)
    cache.put("a", b"12345678")
    cache.put("a", b"1234567890")
    assert cache.get("a") == b"1234567890"


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 12))))
def test_no_more_is_kept_than_the_bound(puts: list[tuple[int, int]]) -> None:
    cache: MemoryCache[int, bytes] = MemoryCache("test", 10, len)
    for key, size in puts:
        cache.put(key, bytes(size))
        kept = [value for number in range(6) if (value := cache.get(number)) is not None]
        assert sum(map(len, kept)) <= 10
        assert size > 10 or cache.get(key) == bytes(size)
