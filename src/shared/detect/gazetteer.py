"""Names -> places of the world.  Reads the packaged gazetteer at first use; otherwise pure.

The gazetteer is one sorted block of names that is searched where it lies: nothing is parsed but the lines asked for, so
a cold start pays for unpacking alone.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from shared.detect.phrases import expand
from shared.detect.rules import parse_toml
from shared.detect.words import fold
from shared.errors import SettingError
from shared.types import Precision


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the gazetteer."""

    id: str
    name: str
    country: str
    lat: float | None
    lon: float | None
    population: int
    precision: Precision


@dataclass(frozen=True, slots=True)
class Supplement:
    """What GeoNames' list of towns lacks: regions, countries, and spellings of the newsroom."""

    regions: Mapping[str, Spot]
    """By folded name."""
    spellings: Mapping[str, str]
    """Folded spelling -> GeoNames id."""
    countries: Mapping[str, str]
    """Folded country name -> its code."""
    demonyms: Mapping[str, str]
    """Folded demonym -> country code."""
    called: Mapping[str, str]
    """GeoNames id -> the name that alerts use."""
    country_names: Mapping[str, str]
    """Country code -> the name an alert uses."""


# Arabic's article before a name is written in a dozen ways: Deir ez-Zor, Deir al-Zor, Jisr ash-Shughur.
_ARTICLES = frozenset(["al", "el", "ad", "ar", "as", "ash", "at", "az", "an", "ez", "es", "et", "en", "ed", "er"])


def same_article(name: str) -> str:
    """A folded name of several words with every spelling of the Arabic article made `al`."""
    words = name.split(" ")
    return name if len(words) == 1 else " ".join("al" if word in _ARTICLES else word for word in words)


@lru_cache(maxsize=20_000)
def towns(name: str) -> tuple[Spot, ...]:
    """The towns that go by a folded name, the most populous first; empty when there is none."""
    lines, names = _blocks()
    indexes = _search(names, name.encode()) or _search(names, same_article(name).encode())
    found = [_spot(lines[int(index)]) for index in indexes]
    return tuple(sorted(found, key=lambda spot: (-spot.population, spot.id)))


@lru_cache(maxsize=1)
def _blocks() -> tuple[list[bytes], bytes]:
    packed = resources.files("shared.rules").joinpath("places.tsv.gz").read_bytes()
    places, _, names = gzip.decompress(packed).partition(b"\n\n")
    return places.split(b"\n")[1:], b"\n" + names


def _search(block: bytes, name: bytes) -> list[bytes]:
    """The values of `name` in a block of sorted `\\nname\\tvalue,value` lines."""
    low, high = 0, len(block) - 1
    while low < high:
        start = block.rfind(b"\n", 0, (low + high) // 2 + 1)
        end = block.find(b"\n", start + 1)
        key, _, value = block[start + 1 : end].partition(b"\t")
        if key == name:
            return value.split(b",")
        if key < name:
            low = end
        else:
            high = start
    return []


def _spot(line: bytes) -> Spot:
    number, name, country, lat, lon, population = line.decode().split("\t")
    return Spot(number, name, country, float(lat), float(lon), int(population), Precision.CITY)


def by_id(number: str) -> Spot | None:
    """The town with a GeoNames id."""
    index = _ids().get(number)
    return None if index is None else _spot(_blocks()[0][index])


@lru_cache(maxsize=1)
def _ids() -> dict[str, int]:
    return {line.partition(b"\t")[0].decode(): index for index, line in enumerate(_blocks()[0])}


def parse_supplement(name: str, text: str) -> Supplement:
    """The hand-written part of the gazetteer.

    Raises: SettingError naming file, key and remedy.
    """
    data = parse_toml(name, text)
    countries: dict[str, str] = {}
    demonyms: dict[str, str] = {}
    country_names: dict[str, str] = {}
    for code, country in data.get("countries", {}).items():
        if not isinstance(country, dict) or not country.get("names"):
            raise SettingError(f"{name}: countries.{code}.names: missing; the first is the one alerts use")
        country_names[code] = country["names"][0]
        countries |= {fold(n): code for n in country["names"]}
        demonyms |= {fold(n): code for pattern in country.get("demonyms", []) for n in expand(pattern)}
    regions: dict[str, Spot] = {}
    for slug, region in data.get("regions", {}).items():
        spot = _region(name, slug, region)
        regions |= {fold(n): spot for n in region["names"]}
    written = data.get("spellings", {})
    spellings = {fold(s): number for number, names in written.items() for s in names}
    called = {number: names[0] for number, names in written.items()}
    return Supplement(regions, spellings, countries, demonyms, called, country_names)


def _region(name: str, slug: str, region: Any) -> Spot:
    try:
        precision = Precision(region.get("precision", "region"))
        lat, lon = map(float, region["at"])
        return Spot(slug, region["names"][0], region["country"], lat, lon, 1_000_000, precision)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise SettingError(f"{name}: regions.{slug}: needs names, country and at = [lat, lon] ({error!r})") from error
