"""Nothing in, the `.cmd` files out that a clerk on Windows starts with a double click: name → text."""

from __future__ import annotations

from collections.abc import Mapping

# cmd.exe reads a batch file byte by byte: no line with accents may stand before «chcp 65001», every name is ASCII.
# «%~dp0.» is the file's own folder, also on \\server\share, where cmd.exe itself cannot stand; the dot keeps its last
# backslash from escaping the quote.
_HEAD = """@echo off
rem nvbatch: UTF-8 text, works from any folder and from a network share
chcp 65001 >nul
setlocal
set PYTHONUTF8=1
set NVBATCH=nvbatch
where nvbatch >nul 2>nul || set NVBATCH=py -3 -m nvbatch
if exist "%~dp0..\\env\\Scripts\\nvbatch.exe" set NVBATCH="%~dp0..\\env\\Scripts\\nvbatch.exe"
"""
_TAIL = """if not "%RESULT%"=="0" echo Kết thúc với mã %RESULT%: đọc các dòng ở trên để biết cách xử lý.
pause
exit /b %RESULT%
"""
_OPEN_LATEST = """set LATEST=
if "%RESULT%"=="0" if exist "%~dp0out\\latest" set /p LATEST=<"%~dp0out\\latest"
if defined LATEST start "" "%~dp0out\\%LATEST%"
"""
_OPEN_FORMS = """if "%RESULT%"=="0" start "" "%~dp0out\\forms"
"""

STEPS: Mapping[str, tuple[str, str]] = {
    "kham.cmd": ("doctor", ""),
    "lam-bieu-mau.cmd": ("forms", _OPEN_FORMS),
    "tinh-hinh.cmd": ("status", ""),
    "chay-tuan.cmd": ("run", _OPEN_LATEST),
}


def starters() -> Mapping[str, str]:
    """File name → text with Windows line ends; words given to a starter go on to the command."""
    return {name: _starter(command, after).replace("\n", "\r\n") for name, (command, after) in STEPS.items()}


def _starter(command: str, after: str) -> str:
    return f'{_HEAD}%NVBATCH% -w "%~dp0." {command} %*\nset RESULT=%ERRORLEVEL%\n{after}{_TAIL}'
