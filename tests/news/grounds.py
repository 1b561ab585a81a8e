"""Where the generated news comes from: wars with their towns, who fires, who counts the dead.  Pure.

Towns stand next to neighbours and have homonyms (Ariha is Jericho's name too, Tripoli and Zolochiv are two each), and
some are spelled in two ways.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Town:
    """A town as papers write it."""

    spellings: tuple[str, ...]
    where: str
    """To follow its name, so that it is not taken for another town of that name: `in northern Syria`."""
    key: str = ""
    """Tells homonyms of one country apart."""

    @property
    def id(self) -> str:
        return self.key or self.spellings[0]


@dataclass(frozen=True, slots=True)
class Side:
    """Who fires: `Russian` jets, and whose spokesman answers for it."""

    adjective: str
    spokesman: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A war."""

    country: str
    clock: timedelta
    """Of its local time, ahead of UTC."""
    towns: tuple[Town, ...]
    sides: tuple[Side, ...]
    owners: tuple[str, ...]
    """Who counts the dead."""
    targets: tuple[str, ...]
    group: str = ""
    """An armed group that bombs on foot and by road."""
    kinds: tuple[str, ...] = ("airstrike", "drone_strike", "shelling", "missile_rocket")


def _towns(where: str, *names: str) -> tuple[Town, ...]:
    """`Idlib|Idleb` has two spellings; `Zolochiv@in the Lviv region` says itself where it is."""
    made = []
    for name in names:
        spelled, _, own = name.partition("@")
        made.append(Town(tuple(spelled.split("|")), own or where, f"{spelled} {own}" if own else ""))
    return tuple(made)


GROUNDS = (
    Ground(
        "Syria",
        timedelta(hours=3),
        _towns(
            "in north-western Syria",
            *("Idlib|Idleb", "Ariha", "Saraqib", "Maarrat al-Numan|Maaret al-Numan", "Jisr al-Shughur", "Binnish"),
            "Deir ez-Zor|Deir el-Zour@in eastern Syria",
            "Mayadin@in eastern Syria",
        ),
        (Side("Syrian government", "the Syrian army"), Side("Russian", "the Russian Defence Ministry")),
        ("the Syrian Observatory for Human Rights", "rescue workers", "the White Helmets", "local health officials"),
        ("a vegetable market", "a bakery", "a school", "a block of flats", "a petrol station", "a row of shops"),
    ),
    Ground(
        "Ukraine",
        timedelta(hours=2),
        _towns(
            "in eastern Ukraine",
            *("Kharkiv|Kharkov", "Chuhuiv", "Kupiansk|Kupyansk", "Izium|Izyum", "Kramatorsk", "Sloviansk"),
            *("Nikopol@in southern Ukraine", "Marhanets@in southern Ukraine", "Kherson@in southern Ukraine"),
            *("Zaporizhzhia@in southern Ukraine", "Sumy@in northern Ukraine", "Odesa|Odessa@on Ukraine's coast"),
            *("Poltava", "Dnipro", "Mykolaiv", "Chernihiv", "Pavlohrad", "Kryvyi Rih", "Konotop", "Shostka", "Lozova"),
            *("Okhtyrka", "Pokrovsk", "Kostiantynivka", "Druzhkivka", "Vovchansk", "Balakliia", "Synelnykove", "Romny"),
            *("Zhytomyr", "Khmelnytskyi", "Ternopil", "Lutsk", "Rivne", "Vinnytsia", "Cherkasy", "Kropyvnytskyi"),
            "Zolochiv@in the Lviv region of western Ukraine",
        ),
        (Side("Russian", "the Russian Defence Ministry"),),
        ("the regional governor", "the emergency service", "prosecutors", "the mayor"),
        ("a nine-storey block", "a printing house", "a supermarket", "a hospital", "a depot", "a railway yard"),
        kinds=("airstrike", "drone_strike", "shelling", "missile_rocket", "shelling"),
    ),
    Ground(
        "Gaza",
        timedelta(hours=2),
        _towns(
            "in the Gaza Strip",
            *("Rafah", "Khan Younis|Khan Yunis", "Deir al-Balah", "Beit Lahiya", "Jabalia|Jabaliya", "Beit Hanoun"),
        ),
        (Side("Israeli", "the Israeli military"),),
        ("the Gaza health ministry", "the civil defence agency", "medics", "a hospital director"),
        ("a tent camp", "a house", "a school that sheltered families", "a police post", "a street market"),
        kinds=("airstrike", "airstrike", "drone_strike", "shelling"),
    ),
    Ground(
        "Lebanon",
        timedelta(hours=2),
        _towns(
            "in southern Lebanon",
            *("Tyre", "Nabatieh", "Bint Jbeil", "Sidon", "Baalbek@in eastern Lebanon", "Tripoli@in northern Lebanon"),
        ),
        (Side("Israeli", "the Israeli military"),),
        ("the Lebanese health ministry", "the Red Cross", "state media", "the mayor"),
        ("a car", "a house", "a workshop", "an office building", "a bridge"),
        kinds=("airstrike", "drone_strike", "shelling"),
    ),
    Ground(
        "Sudan",
        timedelta(hours=2),
        _towns("in Sudan's Darfur region", "El Fasher|al-Fashir", "Nyala", "Omdurman@in central Sudan", "El Obeid"),
        (Side("Sudanese army", "the Sudanese army"), Side("RSF", "the Rapid Support Forces")),
        ("the Sudan Doctors Network", "activists", "a local resistance committee", "the health ministry"),
        ("a market", "a mosque", "a hospital", "a camp for displaced people", "a power station"),
        kinds=("airstrike", "drone_strike", "shelling"),
    ),
    Ground(
        "Yemen",
        timedelta(hours=3),
        _towns("in Yemen", "Hodeidah|Hudaydah", "Marib", "Taiz", "Saada"),
        (Side("Saudi-led coalition", "the coalition"), Side("Houthi", "the Houthis")),
        ("the health ministry", "medics", "residents", "the governor's office"),
        ("a fuel depot", "a wedding hall", "a water plant", "a checkpoint", "a farm"),
        kinds=("airstrike", "missile_rocket", "shelling"),
    ),
    Ground(
        "Libya",
        timedelta(hours=2),
        _towns("in western Libya", "Tripoli@on Libya's coast", "Misrata", "Zawiya", "Gharyan"),
        (Side("eastern army", "the eastern army"),),
        ("the health ministry", "an ambulance service", "a field hospital", "the interior ministry"),
        ("an airport", "a barracks", "a migrant centre", "a port"),
        kinds=("airstrike", "drone_strike", "shelling"),
    ),
    Ground(
        "Pakistan",
        timedelta(hours=5),
        _towns("in Pakistan", "Quetta", "Peshawar", "Bannu", "Dera Ismail Khan", "Swat"),
        (),
        ("police", "hospital officials", "the provincial government", "rescue services"),
        ("a police station", "a bus", "a mosque", "a railway station", "an army convoy", "a market"),
        group="the Pakistani Taliban",
        kinds=("ied_mine", "suicide_attack"),
    ),
    Ground(
        "Somalia",
        timedelta(hours=3),
        _towns("in Somalia", "Mogadishu", "Baidoa", "Kismayo", "Beledweyne"),
        (),
        ("police", "the ambulance service", "witnesses", "the information ministry"),
        ("a hotel", "a restaurant", "a checkpoint", "a district office", "a bus"),
        group="al-Shabaab",
        kinds=("ied_mine", "suicide_attack"),
    ),
    Ground(
        "Nigeria",
        timedelta(hours=1),
        _towns("in north-eastern Nigeria", "Maiduguri", "Damaturu", "Monguno", "Gwoza", "Konduga"),
        (),
        ("police", "the emergency agency", "a hospital source", "residents"),
        ("a bus station", "a market", "a checkpoint", "a mosque"),
        group="Boko Haram",
        kinds=("ied_mine", "suicide_attack"),
    ),
)

PAPERS = (
    "The Meridian Post",
    "Harbour News",
    "The Daily Lantern",
    "Northern Star",
    "Le Quotidien International",
    "The Ridge Herald",
    "Gulf Morning",
    "Radio Estuary",
    "Lakeside Tribune",
    "The Evening Ledger",
    "Steppe Times",
    "Delta Observer",
    "Capital Wire Review",
)
WIRES = ("Reuters", "AP", "AFP", "dpa")
