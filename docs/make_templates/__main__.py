"""Make the first version of templates/*.docx. The .docx files are the source from then on: staff edit them in Word.

Run by a developer, only to start a template anew: ``python docs/make_templates [name …]`` from the repository's top.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

import briefing  # noqa: E402
import letters  # noqa: E402
import programs  # noqa: E402
from package import save  # noqa: E402

TEMPLATES = {
    "Bao-cao-tong-hop.docx": (briefing.briefing, 13.0, True),
    "Phieu-trinh.docx": (letters.slip, 13.0, False),
    "Danh-sach-giai-trinh.docx": (letters.explanations, 13.0, False),
    "Bien-dong.docx": (letters.changes, 14.0, False),
    "Thong-bao-ket-qua.docx": (letters.notice, 14.0, False),
    "don-doc.docx": (letters.urging, 14.0, False),
    "nhac-khong-thoi-han.docx": (letters.reminder, 14.0, False),
    "Bao-cao-chuong-trinh.docx": (programs.programs, 14.0, False),
}

if __name__ == "__main__":
    for name in sys.argv[1:] or TEMPLATES:
        body, size, with_chart = TEMPLATES[name]
        save(HERE.parent.parent / "templates" / name, body(), body_size=size, with_chart=with_chart)
