"""What a kind of torture did in; one line for each thing that was wrong out."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Report:
    """How many points were struck, and what was wrong after which. ``skipped``: why nothing was done."""

    kind: str
    points: int = 0
    wrong: list[str] = field(default_factory=list)
    skipped: str = ""

    def __str__(self) -> str:
        if self.skipped:
            return f"{self.kind}: SKIPPED, {self.skipped}"
        return f"{self.kind}: {self.points} points, {len(self.wrong)} wrong" + "".join(f"\n  {w}" for w in self.wrong)
