"""Pages keep up with the code: what is generated is as it would be generated now, what is written names what exists."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from nvbatch.cli.commands import nvbatch
from nvbatch.cli.config_words import KEYS, SECTIONS
from nvbatch.cli.reference import config_keys, pages
from nvbatch.config import Config
from nvbatch.console import speak
from nvbatch.rules.catalogue import RULES

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PICTURES = sorted((ROOT / "docs" / "pictures").glob("*.png"))
MOST_BYTES = 150_000


@pytest.fixture(autouse=True)
def language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "vi")  # put back afterwards; the reference speaks English
    speak("vi")


@pytest.mark.parametrize("name", ["commands.md", "config.md", "formats.md", "json.md"])
def test_the_reference_is_fresh(name: str) -> None:
    assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == pages()[name], "make docs"


def test_every_key_of_the_configuration_has_its_meaning_and_every_meaning_its_key() -> None:
    known = config_keys(Config)
    own = {f"{section}.{key}" for section, keys in known.items() for key in keys if section != "rules.from"}
    assert own | {"rules.from.date"} == KEYS.keys()
    assert known.keys() == SECTIONS.keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_links_to_is_there(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_and_options_that_a_page_names_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```[a-z]*\n(.*?)```", text, flags=re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()] + re.findall(r"[`«](nvbatch [^`»\n]*)[`»]", text)
    typed = [line.strip().removeprefix("$ ").removeprefix("> ") for line in lines]
    wrong = [trouble for line in typed if line.startswith("nvbatch ") for trouble in _troubles(line)]
    assert wrong == []


def _troubles(line: str) -> list[str]:
    words = line.partition("#")[0].split()[1:]
    group: click.Group = nvbatch
    command: click.Command | None = None
    options = {name for param in nvbatch.params for name in param.opts}
    wrong = []
    for word in words:
        if word.startswith("-"):
            name = word.partition("=")[0].strip("[]…,.;:")
            known = options | {name for param in (command.params if command else []) for name in param.opts}
            wrong += [] if name in known | {"-h", "--help", "--version"} else [f"{line}: {name}"]
        elif command is None and re.fullmatch(r"[a-z-]+", word) and not _value(words, word):
            found = group.commands.get(word)
            if isinstance(found, click.Group):
                group = found
            elif found is None:
                wrong.append(f"{line}: {word}")
                break
            else:
                command = found
    return wrong


def _value(words: list[str], word: str) -> bool:
    """Does the word belong to the option before it?"""
    before = words[words.index(word) - 1] if words.index(word) else ""
    return before in ("-w", "--workspace", "--as-of", "--lang")


# Generated pages hold their own codes, and these two quote numbers of other things.
NAMING = [p for p in PAGES if p.parts[-2] != "reference" and p.name not in ("decisions.md", "directives.md")]


@pytest.mark.parametrize("page", NAMING, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_rule_codes_that_a_page_names_exist(page: Path) -> None:
    named = set(re.findall(r"\b[FSACRMHG]\d{3}\b", page.read_text(encoding="utf-8")))
    assert named - RULES.keys() == set()


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_pictures_are_small_and_shown_somewhere(picture: Path) -> None:
    assert picture.stat().st_size <= MOST_BYTES
    assert any(picture.name in page.read_text(encoding="utf-8") for page in PAGES)
