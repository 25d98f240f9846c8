"""Workbooks in, their Readings out, read by the workers of an existing dask cluster. The one room of distributed.

Every worker reads in a child process of its own, as this machine would: the same limits, the same bytes, the same
Reading. The archive must lie under the same path for all of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nvbatch.config import ConfigError, Intake
from nvbatch.model import Reading
from nvbatch.packed import pack, unpack
from nvbatch.reader import Reader
from nvbatch.reading import READER_VERSION, digest

_AT_ONCE = 16  # workbooks a task: enough to be worth a child process, few enough to share out
_SECONDS = 10  # a scheduler that does not answer by then is not there

Wanted = tuple[Path, str, str]  # where it lies, its human name, its sha256


def read_on_cluster(
    wanted: Sequence[Wanted], *, limits: Intake, schemas: Path | None, scheduler: str
) -> Iterator[Reading]:
    """The reading of each workbook, in order. Raises ConfigError when there is no such cluster, or it cannot read."""
    client = _connect(scheduler)
    with client:
        told = (limits.model_dump(mode="json"), str(schemas.resolve()) if schemas else None, READER_VERSION)
        parts = [wanted[at : at + _AT_ONCE] for at in range(0, len(wanted), _AT_ONCE)]
        plain = [[(str(path.resolve()), name, sha256) for path, name, sha256 in part] for part in parts]
        futures = client.map(read_there, plain, limits=told[0], schemas=told[1], version=told[2], pure=False)
        for future in futures:
            for packed in _result(future, scheduler):
                yield unpack(packed)
            future.release()


def read_there(
    wanted: Sequence[tuple[str, str, str]], *, limits: dict[str, Any], schemas: str | None, version: str
) -> list[bytes] | str:
    """What a worker does: packed readings, or in Vietnamese why it cannot read. Not called by anybody else."""
    if version != READER_VERSION:
        return "máy tính toán cài phiên bản nvbatch khác"
    lost = [path for path, _, sha256 in wanted if not Path(path).is_file() or digest(Path(path)) != sha256]
    if lost:
        return f"máy tính toán không thấy tệp {lost[0]}; kho lưu trữ phải nằm ở cùng một đường dẫn trên mọi máy"
    bounds, own_forms = Intake.model_validate(limits), Path(schemas) if schemas else None
    packed = []
    with tempfile.TemporaryDirectory(prefix="nvbatch-") as folder, Reader(bounds, own_forms) as reader:
        for number, (path, name, sha256) in enumerate(wanted):
            out = Path(folder) / f"{number}.rows"
            packed.append(pack(reader.read(Path(path), name=name, sha256=sha256, out=out)))
    return packed


def _connect(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise ConfigError(
            'run.backend = "dask" cần phần bổ sung chưa được cài: hãy cài nvbatch[dask], '
            'hoặc đặt run.backend = "local".'
        ) from None
    if not scheduler:
        raise ConfigError(
            'run.backend = "dask" cần địa chỉ bộ điều phối của cụm máy: hãy ghi run.scheduler, '
            'ví dụ "tcp://may-chu:8786".'
        )
    connect: Any = Client  # distributed has no types
    try:
        return connect(scheduler, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ConfigError(
            f"Không kết nối được với bộ điều phối «{scheduler}» ({type(error).__name__}): hãy kiểm tra run.scheduler, "
            'hoặc đặt run.backend = "local" để chạy trên máy này.'
        ) from None


def _result(future: Any, scheduler: str) -> list[bytes]:
    try:
        packed: list[bytes] | str = future.result()
    except Exception as error:  # the cluster's own troubles: a worker died, the connection broke
        raise ConfigError(
            f"Cụm máy «{scheduler}» không làm xong việc đọc tệp ({type(error).__name__}): hãy kiểm tra cụm máy rồi "
            'chạy lại, hoặc đặt run.backend = "local".'
        ) from None
    if isinstance(packed, str):
        raise ConfigError(f"Cụm máy «{scheduler}» không đọc được tệp: {packed}.")
    return packed
