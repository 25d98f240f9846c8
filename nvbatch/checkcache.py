"""What check found on files in, one file by the digests of all that it was found from out; may be deleted at any time.

Never trusted: it lies behind the digest of its own bytes, and what does not fit is as good as not there.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nvbatch import durable
from nvbatch.config import Config
from nvbatch.form import Form
from nvbatch.model import Reading, Submission
from nvbatch.register import Register
from nvbatch.register_cache import digest_apart_from
from nvbatch.register_sheets import Sheets
from nvbatch.rules.policy import Policy
from nvbatch.ruling_lines import line_of, ruling_of
from nvbatch.rulings import Ruling

FILE = "checked"
GENERATIONS = 3  # after so many runs that did not ask for it a line is left out: a preview pushes nothing out
# Sheets of the register that check never looks at; the waivers in force come with the policy.
_APART = frozenset({"verdicts", "conferences", "waivers"})


class CheckCache:
    """Lines by their keys, read at once and written at once. Trouble with the disk costs speed, never a result."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lines = _read(self._path)
        self._asked: set[str] = set()
        self._grown = False

    def fetch(self, key: str) -> bytes | None:
        _, line = self._lines.get(key, (0, None))
        if line is not None:
            self._asked.add(key)
        return line

    def keep(self, key: str, line: bytes) -> None:
        self._lines[key] = (0, line)
        self._asked.add(key)
        self._grown = True

    def store(self) -> None:
        """Write what was asked for, and what was asked for not long ago; nothing new, nothing written."""
        if not self._grown:
            return
        aged = {key: (0 if key in self._asked else age + 1, line) for key, (age, line) in self._lines.items()}
        young = ((key.encode(), age, line) for key, (age, line) in aged.items() if age < GENERATIONS)
        body = b"\n".join([b"%s %d %s" % parts for parts in young])
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            durable.write_bytes(self._path, hashlib.sha256(body).hexdigest().encode() + b"\n" + body, lasting=False)
        self._grown = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The lines as one run may use them. ``origin``: digest of the program, and of what the register was made from."""

    cache: CheckCache
    origin: str

    def under(self, *, register: Register, form: Form, policy: Policy, config: Config) -> KnownHere:
        """What is known where these are in force. Of ``register`` only what the run itself has settled is looked at.

        Of the day of as-of only what hangs on it: which waivers are in force, which approvals are not known yet.
        """
        waivers = {(w.rule, w.agency, w.task_code) for w in policy.waivers if w.expires_on >= policy.day}
        given = (extension for extensions in register.extensions.values() for extension in extensions)
        told = [
            self.origin,
            sorted(register.kept),
            form.source,
            config.rules.model_dump_json(),
            config.office.timezone,
            sorted(policy.off),
            sorted(policy.as_warning),
            sorted(map(repr, waivers)),
            [(e.task_code, e.approved_on) for e in given if e.approved_on and e.approved_on > policy.day],
        ]
        return KnownHere(self.cache, _digest(told))


@dataclass(frozen=True, slots=True)
class KnownHere:
    """``nvbatch.rulings.Rulings`` out of a cache."""

    cache: CheckCache
    circumstances: str

    def of(self, submission: Submission, reading: Reading) -> Ruling | None:
        line = self.cache.fetch(self._key(submission, reading)) if reading.digest else None
        try:
            return ruling_of(line, submission) if line is not None else None
        except (ValueError, KeyError, TypeError, IndexError):
            return None

    def note(self, submission: Submission, reading: Reading, ruling: Ruling) -> None:
        """Remember it, where it is known from which bytes the reading came."""
        if reading.digest:
            self.cache.keep(self._key(submission, reading), line_of(ruling))

    def _key(self, submission: Submission, reading: Reading) -> str:
        """State and timeliness of a submission are nothing to check."""
        whose = (submission.document, submission.agency, submission.program, submission.period)
        return _digest([self.circumstances, reading.digest, whose])


def origin_of(program: str, config: Config, sheets: Sheets, vanished: Mapping[str, str]) -> str:
    """Digest of the program and of all that a run's register is made from: sheets, configuration, vanished tasks."""
    settings = config.model_dump_json(exclude={"intake", "mail", "run"})
    return _digest([program, settings, sheets.schema, digest_apart_from(sheets, _APART), sorted(vanished.items())])


def _digest(told: object) -> str:
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()


def _read(path: Path) -> dict[str, tuple[int, bytes]]:
    """Key → age and line; nothing when the file is missing or not as it was written."""
    try:
        told, _, body = path.read_bytes().partition(b"\n")
        if told != hashlib.sha256(body).hexdigest().encode():
            return {}
        parts = (line.split(b" ", 2) for line in body.split(b"\n") if line)
        return {key.decode(): (int(age), line) for key, age, line in parts}
    except (OSError, ValueError):
        return {}
