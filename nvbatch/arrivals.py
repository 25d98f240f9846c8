"""A workspace in, what has arrived taken in and nothing else done."""

from __future__ import annotations

from datetime import datetime

from nvbatch.config import load_config
from nvbatch.lock import hold
from nvbatch.stages.collect import Collected, collect
from nvbatch.workspace import Workspace


def collect_now(ws: Workspace, *, now: datetime) -> Collected:
    """Only take what lies in inbox and mailbox into the archive; nothing is opened. ``now`` is the real moment."""
    with hold(ws):
        return collect(ws, load_config(ws.config), now)
