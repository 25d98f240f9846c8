"""A deadline phrase and the date of its document in, how it is understood out (contract 8.2, DOMAIN 3.4)."""

from nvbatch.deadline.reading import read_deadline

__all__ = ["read_deadline"]
