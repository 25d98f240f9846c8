"""Names of agencies as people write them: one agency, whatever the spelling; a collective, its members."""

from __future__ import annotations

import pytest

from nvbatch.agencies import collective_members, index_names, name_key
from nvbatch.model import Agency

COMMUNE = Agency(code="XA01", name="UBND xã An Mẫu", level="Xã")
CULTURE = Agency(code="SVHTTDL", name="Sở Văn hóa, Thể thao và Du lịch")


@pytest.mark.parametrize("text", ["Ủy ban nhân dân xã An Mẫu", "Uỷ ban nhân dân xã An Mẫu", "ubnd  xã an mẫu", "XA01"])
def test_a_name_is_known_in_full_and_short_and_with_either_tone_placement(text: str) -> None:
    assert index_names([COMMUNE, CULTURE]).resolve(text) == "XA01"


def test_an_abbreviation_means_its_words_in_either_tone_placement() -> None:
    assert name_key("Sở VHTTDL") == name_key("Sở Văn hoá, Thể thao và Du lịch") == name_key(CULTURE.name)


@pytest.mark.parametrize(
    "text", ["UBND các xã, phường", "Ủy ban nhân dân các xã, thị trấn", "Các xã", "uỷ ban nhân dân các xã"]
)
def test_a_collective_is_known_in_full_and_short(text: str) -> None:
    assert collective_members(text, [COMMUNE, CULTURE], None) == ("XA01",)
