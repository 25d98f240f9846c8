"""Mail sent over a line that is cut at byte after byte: nothing lost, nothing twice, what nobody can know is listed.

`make torture` calls :func:`cut_everywhere` with 200 positions, the ordinary tests with a few.
"""

from __future__ import annotations

import re
import shutil
from datetime import datetime
from pathlib import Path

from smtp_server import line_to, post_office

from nvbatch.config import load_config
from nvbatch.sending import Asked, Batch, State, send
from nvbatch.smtp import Post
from nvbatch.workspace import Workspace

AS_OF = datetime.fromisoformat("2025-03-24T08:00:00+07:00")
SENDER = "tonghop@vanphong.example"
UP, DOWN = 7_600, 620  # bytes of the whole conversation, up to the server and down from it


def point_to(ws: Workspace, port: int, **words: str) -> None:
    """Configure the server to send by."""
    lines = {"host": "127.0.0.1", "security": "none", "sender": SENDER, **words}
    text = ws.config.read_text(encoding="utf-8").split("\n[mail.smtp]")[0]
    said = "\n".join(f'{key} = "{value}"' for key, value in lines.items())
    ws.config.write_text(f"{text}\n[mail.smtp]\nport = {port}\n{said}\n", encoding="utf-8")


def asked(now: datetime = AS_OF, **more: object) -> Asked:
    return Asked(as_of=AS_OF, now=now, **more)  # type: ignore[arg-type]


def sent(ws: Workspace, *, tries: int = 2, now: datetime = AS_OF, **more: object) -> Batch:
    """Send without waiting between tries."""
    server = load_config(ws.config).mail.smtp
    post = lambda: Post(server, ws.root, pauses=(0.0,) * tries, timeout=5, patience=5, pause=lambda _: None)  # noqa: E731
    return send(ws, asked(now, **more), post=post)


def cut_at(plays_folder: Path, place: Path, *, up: int | None = None, down: int | None = None) -> str:
    """Send with the first connection cut there; then once more undisturbed. Gives what became of it.

    Nothing may be lost, nothing may come twice, and what cannot be known must be listed.
    """
    shutil.copytree(plays_folder, place)
    ws = Workspace(place)
    with post_office() as office, line_to(office.port, up=up, down=down) as line:
        point_to(ws, line.port)
        first = sent(ws, only="reminders")
        second = sent(ws, only="reminders")
        doubtful = {item.mail.mark for item in second.having(State.DOUBTFUL)}
        arrived = [re.search(r"nvbatch\.(\w+)@", each)[1] for each in office.ids()]  # type: ignore[index]
        assert len(arrived) == len(set(arrived)), "sent twice"
        every = {item.mail.mark for item in second.items}
        assert every - set(arrived) <= doubtful, "lost without a word"
        assert len(doubtful) <= 1 and len(every) == 2
        assert {item.mail.mark for item in first.having(State.DOUBTFUL)} == doubtful
    return "doubt" if doubtful else "sent"


def cut_everywhere(source: Path, folder: Path, ups: int, downs: int) -> dict[str, int]:
    """`ups` and `downs` positions spread over the whole conversation; the number of each outcome."""
    counts = {"doubt": 0, "sent": 0}
    for number in range(ups):
        counts[cut_at(source, folder / f"up{number}", up=1 + number * UP // ups)] += 1
        shutil.rmtree(folder / f"up{number}")
    for number in range(downs):
        counts[cut_at(source, folder / f"down{number}", down=1 + number * DOWN // downs)] += 1
        shutil.rmtree(folder / f"down{number}")
    return counts
