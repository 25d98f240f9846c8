"""``python -m nvbatch.cli``: the same as ``nvbatch``."""

from nvbatch.cli.entry import start

start()
