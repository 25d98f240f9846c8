"""For every test: no time limits, since shared machines are slow at times."""

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
