"""The command line: words typed in, one function of the house called, its result shown, an exit status out."""

from nvbatch.cli.entry import main, start

__all__ = ["main", "start"]
