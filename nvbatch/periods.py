"""A reading and the moment of its receipt in; the programme and the period that it counts for out (contract 8.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from nvbatch.calendar import Calendar, period_name
from nvbatch.config import Config
from nvbatch.model import Period, Reading
from nvbatch.register import GENERAL, Register


def stamped_key(reading: Reading) -> str | None:
    """The period that a form was issued for, as it says itself."""
    return (reading.stamp.period if reading.stamp else None) or reading.info.get("period")


@dataclass(frozen=True, slots=True)
class Periods:
    """Knows how often each programme is reported."""

    register: Register
    calendar: Calendar
    config: Config

    def program(self, reading: Reading) -> str:
        """The programme of the form mark, else the only one of the tasks that stand there, else the general one."""
        if reading.stamp and reading.stamp.program in self.register.programs:
            return str(reading.stamp.program)
        if reading.tasks is not None:
            codes = reading.tasks.values.get("task_code", ())
            met = {self.register.tasks[c].program for c in codes if c in self.register.tasks}
            if len(met) == 1 and (only := met.pop()) in self.register.programs:
                return only
        return GENERAL

    def at(self, program: str, moment: datetime) -> Period:
        """The period of a programme in which a moment lies."""
        known = self.register.program_of(program)
        return self.calendar.period_of(known.frequency, moment.astimezone(self.config.zone).date(), known.cutoff)

    def of(self, reading: Reading, program: str, received: datetime) -> tuple[Period, bool, bool]:
        """The period it counts for, whether an older form was used (A310), whether its period has not begun (A307)."""
        known = self.register.program_of(program)
        receipt = self.at(program, received)
        said = stamped_key(reading)
        stamped = self.calendar.period_from_key(said, known.cutoff) if said else None
        if stamped is None or stamped.kind != known.frequency:
            return receipt, False, False
        if received.astimezone(self.config.zone).date() < stamped.start:
            return stamped, False, True
        late = timedelta(days=self.config.at(stamped.end).reporting.late_days)
        following = self.calendar.following(stamped, known.cutoff)
        if received < stamped.cutoff + late and received < following.cutoff:
            return stamped, False, False
        return receipt, receipt.key != stamped.key, False

    def stamped_name(self, reading: Reading) -> str:
        """The period of the form in words; nothing where its key is none."""
        stamped = self.calendar.period_from_key(stamped_key(reading) or "")
        return period_name(stamped.key) if stamped else ""
