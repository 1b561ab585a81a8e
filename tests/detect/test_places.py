import pytest

from shared.types import Precision

from .articles import found

# text -> name, country, as written, precision
PLACES = {
    "in a city": ("Warplanes bombed a dairy in Taiz.", "Taiz", "YE", "Taiz", Precision.CITY),
    "a newsroom's spelling": ("Airstrikes hit Deir Ezzor.", "Deir ez-Zor", "SY", "Deir Ezzor", Precision.CITY),
    "an article spelt otherwise": (
        "Jets bombed Jisr al-Shughour.",
        "Jisr al-Shughur",
        "SY",
        "Jisr al-Shughour",
        Precision.CITY,
    ),
    "south of a city": ("Jets bombed a base south of Mosul.", "Mosul", "IQ", "Mosul", Precision.CITY),
    "the city of": ("Jets bombed the besieged city of Misrata.", "Misrata", "LY", "Misrata", Precision.CITY),
    "a region": ("An airstrike hit a camp in Darfur.", "Darfur", "SD", "Darfur", Precision.REGION),
    "the Strip by its short name": ("An airstrike hit a camp in Gaza.", "Gaza Strip", "PS", "Gaza", Precision.REGION),
    "a city before its province": (
        "An airstrike hit Idlib province.",
        "Idlib province",
        "SY",
        "Idlib province",
        Precision.REGION,
    ),
    "a part of a country": (
        "An airstrike hit a convoy in northern Mali.",
        "Azawad",
        "ML",
        "northern Mali",
        Precision.REGION,
    ),
    "a country alone": ("An airstrike hit a convoy in Somalia.", "Somalia", "SO", "Somalia", Precision.COUNTRY),
    "a people's country": ("An airstrike killed nine Yemeni fishermen.", "Yemen", "YE", "Yemeni", Precision.COUNTRY),
    "not the speaker's": (
        "Officials in Ankara said an airstrike hit Kobani.",
        "Kobani",
        "SY",
        "Kobani",
        Precision.CITY,
    ),
    "not the metonym": ("Moscow said an airstrike hit a depot near Idlib.", "Idlib", "SY", "Idlib", Precision.CITY),
    "not the dateline": ("BEIRUT (Newswire) - Jets bombed a mill in Homs.", "Homs", "SY", "Homs", Precision.CITY),
    "not who flew": ("Russian warplanes bombed a village in Syria.", "Syria", "SY", "Syria", Precision.COUNTRY),
    "homonym by its country": ("An airstrike in Egypt hit a depot in Rafah.", "Rafah", "EG", "Rafah", Precision.CITY),
    "homonym by its size": ("An airstrike hit a depot in Rafah.", "Rafah", "PS", "Rafah", Precision.CITY),
    "a headline": ("Airstrike Kills Nine In Taiz Market", "Taiz", "YE", "Taiz", Precision.CITY),
}


@pytest.mark.parametrize("case", PLACES)
def test_the_place_is_where_it_happened(case: str) -> None:
    text, name, country, written, precision = PLACES[case]

    report = found(text)

    assert report is not None
    assert report.place is not None
    assert (report.place.name, report.place.country) == (name, country)
    assert (report.place.as_written, report.place.precision) == (written, precision)


NOWHERE = {
    "a person is no place": "General Victor Aden said an airstrike killed nine.",
    "a word is no place": "Power said the airstrike killed nine.",
    "nothing named": "An airstrike killed nine people.",
}


@pytest.mark.parametrize("case", NOWHERE)
def test_an_unknown_place_is_none(case: str) -> None:
    report = found(NOWHERE[case])

    assert report is not None
    assert report.place is None


def test_a_city_carries_its_id_and_where_it_lies() -> None:
    report = found("Warplanes bombed a dairy in Taiz.")

    assert report is not None
    assert report.place is not None
    assert report.place.id == "70225"
    assert report.place.country_name == "Yemen"
    assert report.place.lat == pytest.approx(13.6, abs=0.2)
    assert report.place.lon == pytest.approx(44.0, abs=0.2)
