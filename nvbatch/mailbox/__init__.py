"""A configured mailbox in: its new messages archived and noted, or in Vietnamese what is wrong with it."""

from nvbatch.mailbox.checkup import check
from nvbatch.mailbox.fetching import Fetched, fetch

__all__ = ["Fetched", "check", "fetch"]
