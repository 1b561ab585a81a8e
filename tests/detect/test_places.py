import gzip
from importlib import resources

import pytest

from shared.detect import load_lexicon
from shared.detect.gazetteer import by_id, towns
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
    "a town with its country behind it": (
        "Jets bombed the market of Idlib in Syria.",
        "Idlib",
        "SY",
        "Idlib",
        Precision.CITY,
    ),
    "a town with its region behind it": (
        "The navy shelled the harbour of Sittwe, in northern Rakhine, before an airstrike on it.",
        "Sittwe",
        "MM",
        "Sittwe",
        Precision.CITY,
    ),
    "a namesake of those who fire": (
        "Russian jets bombed a house in Pokrovsk.",
        "Pokrovsk",
        "UA",
        "Pokrovsk",
        Precision.CITY,
    ),
    "a namesake of another town's old name": (
        "Warplanes bombed a dairy in Ariha.",
        "Ariha",
        "SY",
        "Ariha",
        Precision.CITY,
    ),
    "the Tripoli of its neighbours": (
        "An airstrike hit a house in Tripoli, and troops closed the road to Sidon.",
        "Tripoli",
        "LB",
        "Tripoli",
        Precision.CITY,
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
    "a part of a country in a headline": (
        "Foreign jets bomb northern Iraq",
        "Iraq",
        "IQ",
        "Iraq",
        Precision.COUNTRY,
    ),
    "a country before what happened": (
        "Air strike kills nine in Iraq violence",
        "Iraq",
        "IQ",
        "Iraq",
        Precision.COUNTRY,
    ),
    "whose land it is and not whose jets": (
        "Israeli airstrike on Rafah kills five",
        "Rafah",
        "PS",
        "Rafah",
        Precision.CITY,
    ),
    "a people's town": (
        "An airstrike hit the Iraqi town of Tikrit near the Syrian border.",
        "Tikrit",
        "IQ",
        "Tikrit",
        Precision.CITY,
    ),
    "a capital that is not named": (
        "Two airstrikes shook the Afghan capital.",
        "Kabul",
        "AF",
        "Afghan capital",
        Precision.CITY,
    ),
    "this side of a border": (
        "An airstrike hit a convoy in Darfur, bordering Chad.",
        "Darfur",
        "SD",
        "Darfur",
        Precision.REGION,
    ),
    "a dateline when nothing else says where": (
        "ADEN, Yemen (Newswire) - Warplanes bombed a dairy overnight.",
        "Aden",
        "YE",
        "ADEN",
        Precision.CITY,
    ),
    "not the seat of a government": (
        "Washington condemned the airstrike that killed nine people near Aleppo.",
        "Aleppo",
        "SY",
        "Aleppo",
        Precision.CITY,
    ),
    "not where the speaker sits": (
        "LONDON (Newswire) - An airstrike killed nine people in Sanaa, officials in Riyadh said.",
        "Sanaa",
        "YE",
        "Sanaa",
        Precision.CITY,
    ),
    "not where they talk of it": (
        "Envoys at talks in Geneva spoke of the airstrike that hit a clinic in Idlib.",
        "Idlib",
        "SY",
        "Idlib",
        Precision.CITY,
    ),
    "a city whose name begins like its land's": (
        "An airstrike hit a bakery in Gaza City.",
        "Gaza City",
        "PS",
        "Gaza City",
        Precision.CITY,
    ),
    "a province by its town": (
        "Jets bombed two villages in Ghazni province.",
        "Ghazni province",
        "AF",
        "Ghazni province",
        Precision.REGION,
    ),
    "a province without a map": (
        "An airstrike hit a camp in Guerrero.",
        "Guerrero",
        "MX",
        "Guerrero",
        Precision.REGION,
    ),
    "a site in a city": (
        "An airstrike hit Saint Luke's hospital in the besieged city of Homs.",
        "Saint Luke's hospital in the besieged city of Homs",
        "SY",
        "Saint Luke's hospital in the besieged city of Homs",
        Precision.SITE,
    ),
    "a country that strikes another's town": (
        "Six were killed as Russia hit Odesa with missiles.",
        "Odesa",
        "UA",
        "Odesa",
        Precision.CITY,
    ),
    "a site that is named after its army only": (
        "An airstrike hit a Syrian army base near Homs.",
        "Homs",
        "SY",
        "Homs",
        Precision.CITY,
    ),
    "a site with the city's name": (
        "An airstrike hit Aden International Airport.",
        "Aden International Airport",
        "YE",
        "Aden International Airport",
        Precision.SITE,
    ),
    "a kind of site is no site": (
        "An airstrike hit a hospital in Homs.",
        "Homs",
        "SY",
        "Homs",
        Precision.CITY,
    ),
    "one side of a divided land": (
        "An airstrike hit a camp in Pakistani Kashmir.",
        "Azad Kashmir",
        "PK",
        "Pakistani Kashmir",
        Precision.REGION,
    ),
    "a short form": ("An airstrike hit a depot in DR Congo.", "DR Congo", "CD", "DR Congo", Precision.COUNTRY),
    "a former name": ("An airstrike hit a depot in Burma.", "Myanmar", "MM", "Burma", Precision.COUNTRY),
    "initials": ("An airstrike hit a depot in the U.A.E.", "United Arab Emirates", "AE", "U.A.E.", Precision.COUNTRY),
    "a group at home in one country": (
        "An airstrike killed nine Taliban fighters.",
        "Afghanistan",
        "AF",
        "Taliban",
        Precision.COUNTRY,
    ),
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
    "a word of every day in a headline's capitals": "Airstrike Killed Nine in Same Week, Officials Say.",
    "a word of every day in capitals": "AN AIRSTRIKE KILLED NINE IN THE SAME MARKET.",
    "nothing named": "An airstrike killed nine people.",
    "a government's seat": "Moscow said an airstrike killed nine people.",
    "forces that fight abroad": "A U.S. airstrike killed nine people.",
    "a word that is a country's short name in capitals": "An airstrike hit a Car wash, and it hit us.",
    "a person with a country's name": "Michael Jordan said an airstrike killed nine.",
    "a newspaper": "The Washington Post said an airstrike killed nine.",
}


@pytest.mark.parametrize("case", NOWHERE)
def test_an_unknown_place_is_none(case: str) -> None:
    report = found(NOWHERE[case])

    assert report is not None
    assert report.place is None


def test_a_country_that_heads_a_title_is_the_place() -> None:
    report = found("Russian jets bombed a convoy, the Iranian embassy said.", title="Yemen: airstrike kills four")

    assert report is not None
    assert report.place is not None
    assert report.place.country == "YE"


def test_where_a_truce_was_signed_is_not_where_it_holds() -> None:
    text = "GENEVA - Sudan's army and the rebels signed a ceasefire on Friday after talks in Geneva."

    report = found(text, category="ceasefire_agreed")

    assert report is not None
    assert report.place is not None
    assert report.place.country == "SD"


def test_a_towns_own_name_goes_before_what_another_was_once_called() -> None:
    report = found("An airstrike hit a depot in Pokrovsk.")

    assert report is not None
    assert report.place is not None
    assert (report.place.name, report.place.country) == ("Pokrovsk", "UA")


def test_most_of_an_article_outweighs_one_sentence() -> None:
    text = "An airstrike killed nine in Homs.\nWitnesses in Homs saw two jets.\nAnother was heard in Mosul."

    report = found(text, title="Syria airstrike kills nine")

    assert report is not None
    assert report.place is not None
    assert report.place.name == "Homs"


def test_a_site_lies_where_its_city_does() -> None:
    city, site = found("An airstrike hit Homs."), found("An airstrike hit Saint Luke's hospital in Homs.")

    assert city is not None
    assert city.place is not None
    assert site is not None
    assert site.place is not None
    assert (site.place.id, site.place.lat, site.place.lon) == (city.place.id, city.place.lat, city.place.lon)


def test_every_country_has_a_name_and_every_home_is_a_country() -> None:
    known = load_lexicon().supplement

    assert len(known.country_names) > 200
    assert set(known.countries.values()) == set(known.country_names)
    for codes in (known.demonyms, known.groups, known.capitals):
        assert set(codes.values()) <= set(known.country_names)
    assert {spot.country for spot in known.regions.values()} <= set(known.country_names)
    assert known.abroad <= set(known.country_names)


def test_every_spelling_leads_to_a_town_of_the_gazetteer() -> None:
    known = load_lexicon().supplement

    assert [number for number in known.called if by_id(number) is None] == []


def test_every_seat_of_government_is_a_town_of_its_country() -> None:
    known = load_lexicon().supplement

    lost = [name for name, code in known.capitals.items() if code not in {spot.country for spot in towns(name)}]

    assert lost == []


def test_the_gazetteer_is_one_gzip_file_in_the_order_of_its_keys() -> None:
    packed = resources.files("shared.rules").joinpath("places.tsv.gz").read_bytes()

    first, *lines = gzip.decompress(packed).splitlines()
    keys = [line.partition(b"\t")[0] for line in lines]
    table = keys[keys.index(keys[0], 1) :]

    assert first.startswith(b"# GeoNames")
    assert table == sorted(set(table))
    assert all(towns(key.decode()) for key in table[::500] if not key.isdigit())


@pytest.mark.parametrize("name", ["", "nowhere at all", "\uffff", "0", "a\tb", "1\n2"])
def test_a_name_that_no_town_has_finds_none(name: str) -> None:
    assert towns(name) == ()


def test_a_city_carries_its_id_and_where_it_lies() -> None:
    report = found("Warplanes bombed a dairy in Taiz.")

    assert report is not None
    assert report.place is not None
    assert report.place.id == "70225"
    assert report.place.country_name == "Yemen"
    assert report.place.lat == pytest.approx(13.6, abs=0.2)
    assert report.place.lon == pytest.approx(44.0, abs=0.2)
