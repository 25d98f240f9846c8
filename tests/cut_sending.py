"""Mail sent over a line that is cut at byte after byte: nothing lost, nothing twice, what nobody can know is listed.

`make torture` calls :func:`cut_everywhere` with 200 positions and :func:`kill_sending`, the ordinary tests a few.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from nvbatch.config import load_config
from nvbatch.sending import Asked, Batch, State, send, waiting_mail
from nvbatch.smtp import Post
from nvbatch.workspace import Workspace
from tests.smtp_server import line_to, post_office
from tests.torture.strike import strike, undisturbed

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
        _once_or_doubted(ws, office.ids())
        doubtful = first.having(State.DOUBTFUL)
        assert [i.mail.mark for i in doubtful] == [i.mail.mark for i in second.having(State.DOUBTFUL)]
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


def kill_sending(
    source: Path, folder: Path, calls: Sequence[str], most: int = 60_000, breaking: Callable[[], None] | None = None
) -> int:
    """Kill a command that sends before its 1st, 2nd, 3rd … such system call; returns the blows.

    ``sendto`` is what it says to the server. Afterwards nothing may have come twice, and whatever did not arrive is
    sent by the next command or listed as a doubt. Needs strace (:func:`tests.torture.strike.can_strike`).
    ``breaking``: what breaks the build that is killed; the next command is of the same build.
    """
    blows = 0
    for call in calls:
        for number in range(1, most + 1):
            place = folder / f"{call}-{number}"
            shutil.copytree(source, place)
            ws = Workspace(place)
            with post_office() as office:
                point_to(ws, office.port)
                struck = strike(lambda ws=ws: _sends(ws, breaking), call, "kill", number)  # type: ignore[misc]
                if struck.hit:
                    assert undisturbed(lambda ws=ws: _sends(ws, breaking)).status == 0  # type: ignore[misc]
                    _once_or_doubted(ws, office.ids())
            shutil.rmtree(place)
            if not struck.hit:
                break
            blows += 1
    return blows


def _sends(ws: Workspace, breaking: Callable[[], None] | None) -> int:
    if breaking is not None:
        breaking()
    sent(ws, only="reminders")
    return 0


def _once_or_doubted(ws: Workspace, ids: Sequence[str]) -> None:
    arrived = [re.search(r"nvbatch\.(\w+)@", each)[1] for each in ids]  # type: ignore[index]
    items = waiting_mail(ws, asked(only="reminders")).items
    doubtful = {item.mail.mark for item in items if item.state is State.DOUBTFUL}
    assert len(arrived) == len(set(arrived)), "sent twice"
    assert {item.mail.mark for item in items} == set(arrived) | doubtful, "lost without a word"
    assert len(doubtful) <= 1
