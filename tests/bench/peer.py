"""The yardstick, what a clerk's nephew writes instead: a folder of workbooks in, one out; nothing is checked."""

import sys
from pathlib import Path

import pandas as pd

folder, target = sys.argv[1:3]
frames = []
for path in sorted(Path(folder).glob("*.xlsx")):
    frame = pd.read_excel(
        path, sheet_name=0, header=4, engine="openpyxl"
    )  # pandas' default engine, named to keep it quiet
    frame["file"] = path.name
    frames.append(frame)
everything = pd.concat(frames, ignore_index=True)
everything.to_excel(target, index=False)
print(len(everything))
