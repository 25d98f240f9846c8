"""Outlook messages made from nothing: a compound file written sector by sector, and a winmail.dat."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

Tree = dict[str, "bytes | Tree"]
SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, FAT_MARK = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def filetime(moment: datetime) -> bytes:
    since = moment - datetime(1601, 1, 1, tzinfo=UTC)
    return struct.pack("<Q", (since.days * 86_400 + since.seconds) * 10_000_000)


def properties(header: int, fixed: dict[int, bytes] | None = None) -> bytes:
    """A property stream: property id → its eight bytes (here only times)."""
    lines = (struct.pack("<HHI", 0x40, number, 6) + value for number, value in (fixed or {}).items())
    return bytes(header) + b"".join(lines)


def text(value: str) -> bytes:
    return value.encode("utf-16-le")


def attachment(name: str, data: bytes, kind: str = "") -> Tree:
    return {
        "__properties_version1.0": properties(8),
        "__substg1.0_3707001F": text(name),
        "__substg1.0_370E001F": text(kind),
        "__substg1.0_37010102": data,
    }


def embedded(message: Tree) -> Tree:
    return {"__properties_version1.0": properties(8), "__substg1.0_3701000D": message}


def message(
    *attachments: Tree,
    headers: str = "From: Lan <lan@SNV.example.vn>\r\nTo: b@x.vn\r\n",
    delivered: datetime | None = datetime(2025, 3, 27, 6, 40, tzinfo=UTC),
    header: int = 32,
    **more: bytes,
) -> Tree:
    """The storages of a message; ``more`` adds streams by tag and type, such as ``t5D02001F``."""
    tree: Tree = {
        "__properties_version1.0": properties(header, {0x0E06: filetime(delivered)} if delivered else {}),
        "__substg1.0_0037001F": text("Báo cáo tuần"),
    }
    if headers:
        tree["__substg1.0_007D001F"] = text(headers)
    for number, each in enumerate(attachments):
        tree[f"__attach_version1.0_#{number:08X}"] = each
    for tag, data in more.items():
        tree[f"__substg1.0_{tag[1:]}"] = data
    return tree


def compound(tree: Tree) -> bytes:
    """The tree as a compound file ([MS-CFB], version 3). Siblings hang in a chain to the right."""
    entries: list[list[object]] = []  # name, kind, left, right, child, start, size

    def add(name: str, node: bytes | Tree, kind: int) -> int:
        number = len(entries)
        entries.append([name, kind, FREE, FREE, FREE, 0, node if isinstance(node, bytes) else 0])
        if not isinstance(node, bytes):
            before = None
            for inner in sorted(node, key=lambda n: (len(n), n.upper())):
                child = add(inner, node[inner], 2 if isinstance(node[inner], bytes) else 1)
                if before is None:
                    entries[number][4] = child
                else:
                    entries[before][3] = child
                before = child
        return number

    add("Root Entry", tree, 5)
    fat: list[int] = []
    sectors: list[bytes] = []
    minifat: list[int] = []
    pool = b""

    def store(data: bytes) -> int:
        pieces = [data[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(data), SECTOR)]
        start = len(sectors)
        for number, piece in enumerate(pieces, 1):
            sectors.append(piece)
            fat.append(start + number if number < len(pieces) else END)
        return start if pieces else END

    for entry in entries:
        data = entry[6]
        if entry[1] != 2 or not isinstance(data, bytes):
            continue
        entry[6] = len(data)
        if len(data) >= CUTOFF:
            entry[5] = store(data)
        elif data:
            count = -(-len(data) // MINI)
            entry[5] = len(minifat)
            minifat += [len(minifat) + 1 + n for n in range(count - 1)] + [END]
            pool += data.ljust(count * MINI, b"\0")
        else:
            entry[5] = END
    entries[0][5], entries[0][6] = store(pool), len(pool)
    mini_start = store(struct.pack(f"<{len(minifat)}I", *minifat)) if minifat else END
    mini_count = -(-4 * len(minifat) // SECTOR)
    directory = b"".join(_entry(*entry) for entry in entries)
    directory_start = store(directory)
    fat_count = 1
    while fat_count * (SECTOR // 4) < len(fat) + fat_count:
        fat_count += 1
    fat_numbers = list(range(len(sectors), len(sectors) + fat_count))
    fat += [FAT_MARK] * fat_count
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_count * SECTOR, b"\xff")
    sectors += [table[at : at + SECTOR] for at in range(0, len(table), SECTOR)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 62, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIIII", 0, fat_count, directory_start, 0, CUTOFF, mini_start, mini_count, END, 0, 0)[:36]
    head += struct.pack("<109I", *(fat_numbers + [FREE] * (109 - fat_count)))
    return head + b"".join(sectors)


def _entry(
    name: object, kind: object, left: object, right: object, child: object, start: object, size: object
) -> bytes:
    raw = str(name).encode("utf-16-le") + b"\0\0"
    place = struct.pack("<III", left, right, child) + bytes(36)
    return raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1) + place + struct.pack("<IQ", start, size)


def winmail(*files: tuple[str, bytes], long_names: bool = True) -> bytes:
    """A winmail.dat as Outlook writes it: a short title, the data, the long name among the MAPI properties."""
    out = b"\x78\x9f\x3e\x22\x01\x00" + _attribute(1, 0x9006, struct.pack("<I", 0x10000))
    for name, data in files:
        out += _attribute(2, 0x9002, bytes(14))
        out += _attribute(2, 0x8010, b"BAOCAO~1.XLS\0" if long_names else name.encode() + b"\0")
        out += _attribute(2, 0x800F, data)
        if long_names:
            raw = name.encode("utf-16-le") + b"\0\0"
            named = struct.pack("<HH16sIII", 0x03, 0x8001, bytes(16), 0, 7, 42)  # a named number before it
            value = struct.pack("<HHII", 0x1F, 0x3707, 1, len(raw)) + raw + bytes(-len(raw) % 4)
            out += _attribute(2, 0x9005, struct.pack("<I", 2) + named + value)
    return out


def _attribute(level: int, number: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, number, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
