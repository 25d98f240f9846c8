"""``python -m nvbatch``: the same as ``nvbatch``."""

from nvbatch.cli.entry import start

start()
