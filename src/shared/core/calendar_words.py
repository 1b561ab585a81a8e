"""Names of months, days and zones, as feeds write them in the world's larger languages.  Pure: data.

Keys are as `folded` makes them.  A word that is a month in one language and another month in another is left out
(listopad: November in Polish, October in Croatian).
"""

import unicodedata


def folded(text: str) -> str:
    """Lower case, without marks above and below, digits as ASCII writes them."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    bare = "".join(
        str(unicodedata.digit(letter)) if letter.isdigit() else letter
        for letter in letters
        if not unicodedata.combining(letter)
    )
    return unicodedata.normalize("NFC", bare)  # Hangul came apart too


_MONTHS = (
    # English, German, Dutch, Danish, Norwegian, Swedish
    "jan january januar jänner januari",
    "feb february februar febr februari",
    "mar march märz mär mrz maart mrt mars marts",
    "apr april",
    "may mai mei maj",
    "jun june juni",
    "jul july juli",
    "aug august augustus augusti",
    "sep sept september",
    "oct october okt oktober",
    "nov november",
    "dec december dez dezember des desember",
    # French, Spanish, Italian, Portuguese
    "janvier janv enero ene gennaio gen janeiro",
    "février févr fév febrero febbraio fevereiro fev",
    "marzo março",
    "avril avr abril abr aprile",
    "mayo maggio mag maio",
    "juin junio giugno giu junho",
    "juillet juil julio luglio lug julho",
    "août aout agosto ago ag",
    "septembre septiembre setiembre settembre set setembro",
    "octobre octubre ottobre ott outubro out",
    "novembre noviembre novembro",
    "décembre déc diciembre dic dicembre dezembro",
    # Polish, Turkish, Hungarian
    "stycznia styczeń sty ocak oca január",
    "lutego luty şubat şub február",
    "marca marzec mart március márc",
    "kwietnia kwiecień kwi nisan nis április ápr",
    "maja mayıs május máj",
    "czerwca czerwiec cze haziran haz június jún",
    "lipca lipiec lip temmuz tem július júl",
    "sierpnia sierpień sie ağustos ağu augusztus",
    "września wrzesień wrz eylül eyl szeptember szept",
    "października październik paź ekim eki október",
    "kasım kas",
    "grudnia grudzień gru aralık ara",
    # Russian, Ukrainian
    "января январь янв січня січень січ",
    "февраля февраль фев февр лютого лютий лют",
    "марта март мар березня березень бер",
    "апреля апрель апр квітня квітень квіт",
    "мая май травня травень трав",
    "июня июнь июн червня червень черв",
    "июля июль июл липня липень лип",
    "августа август авг серпня серпень серп",
    "сентября сентябрь сен сент вересня вересень вер",
    "октября октябрь окт жовтня жовтень жовт",
    "ноября ноябрь ноя нояб листопада листопад",
    "декабря декабрь дек грудня грудень груд",
    # Arabic in Egypt, in the Levant (one word each) and in the Maghreb; Persian names of Gregorian months
    "يناير جانفي ژانویه",
    "فبراير شباط فيفري فوریه",
    "مارس آذار",
    "أبريل إبريل نيسان أفريل آوریل",
    "مايو أيار مه",
    "يونيو يونيه حزيران جوان ژوئن",
    "يوليو يوليه تموز جويلية ژوئیه",
    "أغسطس آب أوت اوت",
    "سبتمبر أيلول شتنبر سپتامبر",
    "أكتوبر اكتوبر اکتبر",
    "نوفمبر نونبر نوامبر",
    "ديسمبر دجنبر دسامبر",
    # Hebrew, alone and with "in"
    "ינואר בינואר",
    "פברואר בפברואר",
    "מרץ במרץ מרס במרס",
    "אפריל באפריל",
    "מאי במאי",
    "יוני ביוני",
    "יולי ביולי",
    "אוגוסט באוגוסט",
    "ספטמבר בספטמבר",
    "אוקטובר באוקטובר",
    "נובמבר בנובמבר",
    "דצמבר בדצמבר",
)
MONTHS = {folded(word): number % 12 + 1 for number, words in enumerate(_MONTHS) for word in words.split()}
# The Levant's months of two words.
TWO_WORDS = {
    folded(words): f" {name} "
    for words, name in {
        "كانون الثاني": "jan",
        "كانون الأول": "dec",
        "تشرين الأول": "oct",
        "تشرين الثاني": "nov",
    }.items()
}
# Days, and the small words between.  "mar" is a day too (mardi, martes, martedì), where another month stands beside it.
_DAYS = (
    "mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday",
    "mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag",
    "lun mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche",
    "mié mie jue vie sáb dom lunes martes miércoles jueves viernes sábado domingo",
    "gio lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "seg ter qua qui sex segunda terça quarta quinta sexta feira segunda-feira terça-feira quarta-feira",
    "quinta-feira sexta-feira",
    "ma wo vr za zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "pon wt śr czw pt sob niedz poniedziałek wtorek środa czwartek piątek sobota niedziela",
    "пн вт ср чт пт сб вс нд понедельник вторник среда четверг пятница суббота воскресенье",
    "понеділок вівторок середа четвер п'ятниця субота неділя",
    "pzt sal çar per cum cmt paz pazartesi salı çarşamba perşembe cuma cumartesi pazar",
    "hétfő kedd szerda csütörtök péntek szombat vasárnap",
    "الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    "دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه",
    "at on of the st nd rd th de del le el la à um uhr den dne dnia godz o alle ore h as às om kl uur",
    "г года р року в о об saat في الساعة ساعت יום ב בשעה",
)
PASSED_OVER = frozenset(folded(word) for words in _DAYS for word in words.split())
AFTERNOON = frozenset({"pm", "p.m", "p.m.", "م", "مساء"})
FORENOON = frozenset({"am", "a.m", "a.m.", "ص", "صباحا"})
# Hours from UTC.  Source: RFC 822, 5.1, and abbreviations that newsrooms of one zone alone use; IST is India's, whose
# feeds write it, and CST America's, as RFC 822 has it.
ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0.0),
    **dict.fromkeys(("bst", "west", "cet", "met", "mez", "wat"), 1.0),
    **dict.fromkeys(("cest", "mest", "mesz", "eet", "cat", "sast"), 2.0),
    **dict.fromkeys(("eest", "msk", "idt", "eat", "trt"), 3.0),
    **dict.fromkeys(("sgt", "hkt", "pht", "awst"), 8.0),
    **dict.fromkeys(("jst", "kst"), 9.0),
    **dict.fromkeys(("brt", "art"), -3.0),
    **dict(zip(("est", "cst", "mst", "pst", "akst", "hst"), (-5.0, -6.0, -7.0, -8.0, -9.0, -10.0), strict=True)),
    **dict(zip(("edt", "cdt", "mdt", "pdt", "akdt"), (-4.0, -5.0, -6.0, -7.0, -8.0), strict=True)),
    **dict(zip(("pkt", "ist", "npt", "wib", "ict", "acst"), (5.0, 5.5, 5.75, 7.0, 7.0, 9.5), strict=True)),
    **dict(zip(("aest", "acdt", "aedt", "nzst", "nzdt"), (10.0, 10.5, 11.0, 12.0, 13.0), strict=True)),
}
# The zones of the United States by their short names, standard time: summer moves them by an hour.
AMERICAN = {"et": -5.0, "ct": -6.0, "mt": -7.0, "pt": -8.0}
