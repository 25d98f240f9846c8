"""nvbatch: the weekly merge of task reports for Vietnamese People's Committees."""

__version__ = "0.1.0"
