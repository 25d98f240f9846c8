"""``python -m tests.oracle --seeds 200 [--from 0]``: plays that many provinces and prints every difference."""

from __future__ import annotations

import argparse
import collections
import re
import tempfile
import traceback
from pathlib import Path

from tests.oracle.play import cleared, play
from tests.oracle.promises import broken_promises
from tests.oracle.province import make_world


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--promises", action="store_true", help="instead: runs twice, trials, reruns, rebuilds")
    parser.add_argument("--root", type=Path, default=None)
    asked = parser.parse_args()
    root = asked.root or Path(tempfile.mkdtemp(prefix="oracle-"))
    kinds: collections.Counter[str] = collections.Counter()
    runs = 0
    for seed in range(asked.first, asked.first + asked.seeds):
        try:
            if asked.promises:
                for line in broken_promises(make_world(seed), cleared(root / str(seed))):
                    kinds["promise"] += 1
                    print(f"seed {seed}: {line}", flush=True)
                continue
            for played in play(make_world(seed), cleared(root / str(seed))):
                runs += 1
                for line in played.differences:
                    kinds[re.sub(r"[\d/:.-]+|NV-\S+", "…", line)[:90]] += 1
                    print(
                        f"seed {seed} step {played.step.number} {played.step.as_of:%Y-%m-%d %H:%M}: {line}", flush=True
                    )
        except Exception:
            kinds["crash"] += 1
            print(f"seed {seed}: {traceback.format_exc()}", flush=True)
    print(f"{asked.seeds} worlds, {runs} runs, {sum(kinds.values())} differences")
    for kind, count in kinds.most_common(40):
        print(f"{count:6d}  {kind}")
    return bool(kinds)


raise SystemExit(main())
