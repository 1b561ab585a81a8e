"""Words for when an event happened, who did it, what it hit and which agency tells it, as news has them.  Pure: data.

Keys are as `folded` of calendar_words makes them.  English first; Arabic and Ukrainian as far as they are certain.
"""

from shared.core.calendar_words import folded


def _words(text: str) -> frozenset[str]:
    return frozenset(folded(word) for word in text.split())


def _table(*rows: tuple[str, str]) -> dict[str, str]:
    return {singular(folded(word)): value for value, words in rows for word in words.split()}


def singular(word: str) -> str:
    """A folded word without the s of many; what is no plural loses it too, in every text alike."""
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def _phrases(*rows: tuple[str, str]) -> dict[str, str]:
    return {folded(phrase.strip()): value for value, phrases in rows for phrase in phrases.split(",")}


# --- when ------------------------------------------------------------------------------------------------------

_WEEKDAYS = (
    "monday mondays mon понеділок понеділка понеділкові الاثنين الإثنين",
    "tuesday tuesdays tue tues вівторок вівторка الثلاثاء",
    "wednesday wednesdays wed середу середи الأربعاء",
    "thursday thursdays thu thurs четвер четверга الخميس",
    "friday fridays fri п'ятницю п'ятниці الجمعة",
    "saturday saturdays sat суботу суботи السبت",
    "sunday sundays sun неділю неділі الأحد",
)
WEEKDAYS = {folded(word): number for number, words in enumerate(_WEEKDAYS) for word in words.split()}
"""Monday is 0.  Short forms count only where they are written with a capital."""
SHORT_DAYS = _words("mon tue tues wed thu thurs fri sat sun")
DAYS_OFF = {
    **dict.fromkeys(map(folded, ("today", "сьогодні", "اليوم")), 0),
    **dict.fromkeys(map(folded, ("yesterday", "вчора", "учора", "أمس")), -1),
}
"""Words that count from the day of publication."""
HOURS = {
    **dict.fromkeys(map(folded, ("morning", "вранці", "зранку", "صباح", "صباحا")), (5, 12)),
    **dict.fromkeys(map(folded, ("dawn", "predawn", "daybreak", "світанку", "فجر", "فجرا")), (2, 7)),
    **dict.fromkeys(map(folded, ("noon", "midday", "опівдні", "ظهر", "ظهرا")), (11, 14)),
    **dict.fromkeys(map(folded, ("afternoon", "пообіді")), (12, 18)),
    **dict.fromkeys(map(folded, ("evening", "ввечері", "увечері", "مساء")), (17, 23)),
    **dict.fromkeys(
        map(folded, ("overnight", "night", "nighttime", "tonight", "вночі", "уночі", "ночі", "ніч")), (0, 6)
    ),
    **dict.fromkeys(map(folded, ("ليل", "ليلة", "ليلا", "الليلة")), (0, 6)),
    folded("midnight"): (0, 2),
}
NIGHT = (0, 6)
NIGHT_WORDS = frozenset(word for word, hours in HOURS.items() if hours == NIGHT) - {"overnight"}
EARLY, LATE = (0, 9), (18, 24)
AFTER_A_DAY = _words("since until till before from")
"""What stands before a day on which it did not happen."""
SAYING = _words(
    "said says say saying told tells reported reports announced confirmed stated added claimed according"
    " statement briefing posted wrote tweeted"
)
COMES_AFTER = _words("rose risen climbed increased buried mourned condemned")
"""What is done on a day after the event's."""
NUMBERS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=1
    )
}

# --- who -------------------------------------------------------------------------------------------------------

ACTORS = _phrases(
    # States, by their names and those of their people
    ("AE", "emirati, emiratis"),
    ("AF", "afghan, afghanistan"),
    ("AM", "armenian, armenians, armenia"),
    ("AZ", "azerbaijani, azerbaijanis, azeri, azerbaijan"),
    ("BF", "burkinabe"),
    ("BY", "belarusian, belarus"),
    ("CD", "congolese"),
    ("CM", "cameroonian"),
    ("CN", "chinese, china"),
    ("CO", "colombian, colombia"),
    ("EG", "egyptian, egypt"),
    ("ER", "eritrean, eritrea"),
    ("ET", "ethiopian, ethiopia"),
    ("FR", "french, france"),
    ("GB", "british, britain, uk, united kingdom"),
    ("GE", "georgian"),
    (
        "IL",
        "israeli, israelis, israel, idf, ізраїльські, إسرائيلية, إسرائيلي, إسرائيل, الإسرائيلي, الإسرائيلية",
    ),
    ("IN", "indian, india"),
    ("IQ", "iraqi, iraq"),
    ("IR", "iranian, iran, irgc, إيرانية, إيران"),
    ("JO", "jordanian, jordan"),
    ("KE", "kenyan, kenya"),
    ("KH", "cambodian, cambodia"),
    ("KP", "north korean, north korea"),
    ("LB", "lebanese"),
    ("LK", "sri lankan"),
    ("LY", "libyan"),
    ("MA", "moroccan, morocco"),
    ("ML", "malian"),
    ("MM", "myanmar, burmese"),
    ("NE", "nigerien"),
    ("NG", "nigerian, nigeria"),
    ("PH", "philippine"),
    ("PK", "pakistani, pakistan"),
    (
        "RU",
        "russian, russians, russia, kremlin, російські, росіяни, росія, рф, روسية, روسي, روسيا, الروسي",
    ),
    ("RW", "rwandan, rwanda"),
    ("SA", "saudi, saudis, saudi-led, سعودية, السعودية, saudi arabia"),
    ("SD", "sudanese"),
    ("SO", "somali"),
    ("SS", "south sudanese"),
    ("SY", "syrian, سورية, السوري, السورية"),
    ("TD", "chadian"),
    ("TH", "thai, thailand"),
    ("TR", "turkish, turkey, türkiye, تركية, تركي, تركيا"),
    ("UA", "ukrainian, ukrainians, ukraine, українські, зсу, أوكرانية, أوكرانيا"),
    ("US", "us, u.s, usa, united states, american, americans, us-led, u.s-led, أمريكية, أميركية"),
    ("YE", "yemeni"),
    # Armed groups
    ("hezbollah", "hezbollah, hizbollah, hizbullah, حزب الله"),
    ("hamas", "hamas, حماس"),
    ("houthis", "houthi, houthis, ansar allah, الحوثيون, الحوثي"),
    ("taliban", "taliban, taleban"),
    ("islamic state", "islamic state, isis, isil, daesh, is-k, isis-k, islamic state group, تنظيم الدولة, داعش"),
    ("al-qaeda", "al-qaeda, al-qaida, al qaeda, aqap, القاعدة"),
    ("al-shabaab", "al-shabaab, al-shabab, al shabaab, shabaab"),
    ("boko haram", "boko haram, iswap"),
    ("islamic jihad", "islamic jihad"),
    ("nusra", "nusra, nusra front, al-nusra, hts, hayat tahrir al-sham"),
    ("sdf", "sdf, syrian democratic forces, ypg"),
    ("pkk", "pkk, kurdistan workers party"),
    ("rsf", "rsf, rapid support forces, janjaweed"),
    ("m23", "m23"),
    ("adf", "allied democratic forces, adf"),
    ("jnim", "jnim"),
    ("tplf", "tplf, tigrayan forces"),
    ("ttp", "ttp, pakistani taliban, tehreek-e-taliban"),
    ("bla", "bla, baloch liberation army"),
    ("let", "lashkar-e-taiba"),
    ("farc", "farc"),
    ("eln", "eln"),
    ("maoists", "maoists, naxalites, naxals"),
    ("abu sayyaf", "abu sayyaf"),
    ("wagner", "wagner, wagner group"),
    ("lna", "haftar, libyan national army, lna"),
    ("arakan army", "arakan army"),
    ("eta", "eta"),
)
"""Who strikes: ISO 3166-1 alpha-2 of a state, the name of a group.  Countries that are only struck are left out."""
LONGEST_ACTOR = max(len(name.split()) for name in ACTORS)
ACTOR_BEGINS = frozenset(name.split()[0] for name in ACTORS)
FORCES = _words(
    "air aerial airstrike airstrikes strike strikes raid raids warplane warplanes jet jets plane planes"
    " aircraft fighter bomber bombers drone drones uav uavs helicopter helicopters gunship gunships missile"
    " missiles rocket rockets shell shells shelling bombing bombardment bombings bomb bombs artillery mortar"
    " mortars tank tanks attack attacks offensive assault army military forces force troops soldiers navy naval"
    " warship warships fire gunmen fighters militants insurgents rebels militia militiamen commandos snipers"
    " sniper coalition regime government led-coalition led ballistic cruise guided glide suicide shahed"
    " air-force barrage salvo обстріл обстріли удар удари війська армія авіація дрони дрон ракета ракети"
    " безпілотники غارة غارات قصف طائرة طائرات صاروخ صواريخ مسيرة جيش قوات"
)
"""What makes the name before it the doer's: "Israeli jets", "Russian shelling"."""
STRIKES = _words(
    "strikes strike struck bombs bombed bombards bombarded shells shelled hits hit pounds pounded attacks"
    " attacked raids raided fires fired launches launched targets targeted kills killed drops dropped kidnaps"
    " kidnapped abducts abducted seizes seized storms stormed ambushes ambushed carried carries shoots shot"
    " opened breaks broke violates violated breached breaches"
)
"""What makes the name right before it the doer's: "Israel bombs", "Hezbollah fired"."""
NOT_DONE_BY = _words(
    "backed supported condemned controlled held occupied armed led besieged used owned run guarded mediated"
    " brokered hosted sponsored monitored proposed"
)
"""Before "by", what makes the name after it no doer."""
DONE_TO = _words(
    "on against at targeting targeted hit hits hitting struck strikes strike kills kill killed killing wounded"
    " bomb bombs bombed bombing shell shells shelled shelling pound pounds pounded attack attacks attacked"
    " raid raids raided wounding injured into in near of inside across between with for to over toward towards from"
)
"""What makes the name behind it the one it was done to."""
COUNTING = _words("the a an suspected alleged several dozens more two three four five six seven eight nine ten")
"""What may stand between these and a name."""
PASSIVE = _words("was were are is been being died")
"""Behind a force, what makes it the one it was done to: "Syrian soldiers were"."""
BETWEEN = _words("has have had also again on monday tuesday wednesday thursday friday saturday sunday today overnight")

# --- what was hit ----------------------------------------------------------------------------------------------

TARGETS = _table(
    ("hospital", "hospital hospitals clinic clinics ambulance ambulances maternity medics лікарня лікарню مستشفى"),
    ("school", "school schools university kindergarten college classroom pupils schoolchildren школа школу مدرسة"),
    ("market", "market markets bazaar supermarket mall shop shops grocery store marketplace souk ринок ринку سوق"),
    ("worship", "mosque mosques church churches cathedral synagogue temple worshippers shrine مسجد كنيسة"),
    (
        "home",
        "house houses home homes apartment apartments flat flats residential dwelling tenement будинок будинку منزل",
    ),
    ("energy", "power electricity substation substations grid energy dam refinery oil gas fuel depot pipeline"),
    ("base", "base bases barracks outpost outposts checkpoint checkpoints garrison airbase headquarters казарма قاعدة"),
    ("vehicle", "car cars vehicle vehicles motorcycle motorbike taxi minibus bus buses truck trucks convoy سيارة"),
    ("rail", "train trains railway rail station locomotive вокзал"),
    ("port", "port ports harbour harbor ship ships vessel vessels tanker tankers boat boats"),
    ("airport", "airport airports runway airfield"),
    ("camp", "camp camps tent tents shelter shelters displaced refugees مخيم"),
    ("wedding", "wedding weddings funeral funerals mourners"),
    ("bridge", "bridge bridges міст جسر"),
    ("hotel", "hotel hotels restaurant restaurants cafe"),
    ("aid", "aid humanitarian food bakery flour unrwa"),
    ("press", "journalist journalists reporter cameraman press"),
    ("factory", "factory plant warehouse warehouses industrial workshop"),
    ("field", "farm farmers farmland field orchard shepherd"),
    ("office", "office offices ministry court courthouse parliament police prison jail"),
)

# --- what came after -------------------------------------------------------------------------------------------

AFTERMATH = frozenset(
    map(
        singular,
        _words("toll risen climbs climbed recovered bodies survivors succumbed funeral buried mourning mourned"),
    )
)
"""Words of a story that goes on with what others told."""

# --- whose text ------------------------------------------------------------------------------------------------

AGENCIES = _phrases(
    ("reuters", "reuters, thomson reuters"),
    ("afp", "afp, agence france-presse, agence france presse"),
    ("ap", "ap, associated press, the associated press"),
    ("upi", "upi, united press international"),
    ("dpa", "dpa, deutsche presse-agentur"),
    ("efe", "agencia efe, efe"),
    ("ansa", "ansa, agenzia ansa"),
    ("pa", "pa media, press association"),
    ("bloomberg", "bloomberg"),
    ("anadolu", "anadolu, anadolu agency, anadolu ajansı"),
    ("xinhua", "xinhua"),
    ("tass", "tass, itar-tass, тасс"),
    ("interfax-ukraine", "interfax-ukraine, інтерфакс-україна"),
    ("interfax", "interfax"),
    ("ria", "ria novosti"),
    ("ukrinform", "ukrinform, укрінформ"),
    ("unian", "unian, уніан"),
    ("wafa", "wafa, وفا"),
    ("sana", "sana, سانا"),
    ("nna", "nna, national news agency"),
    ("saba", "saba news agency"),
    ("irna", "irna"),
    ("petra", "petra news agency"),
    ("mena", "middle east news agency"),
    ("pti", "press trust of india, pti"),
    ("ani", "asian news international"),
    ("kyodo", "kyodo, kyodo news"),
    ("yonhap", "yonhap"),
    ("apa", "azerbaijan press agency"),
    ("armenpress", "armenpress"),
    ("suna", "suna"),
    ("nan", "news agency of nigeria"),
)
IN_CAPITALS = _words("ap afp upi efe ansa pti nna sana suna ria saba irna wafa")
"""Short names that are words, or towns, unless they are written in capitals."""

# --- what tells nothing apart ----------------------------------------------------------------------------------

COMMON = _words(
    "a an the and or but of in on at to from by for with without near after before during over under into onto"
    " out up down off as than that this these those it its he his she her they their them we our you who whom"
    " which what when where why how is are was were be been being has have had having do does did will would"
    " could should may might must can not no nor so if while since until also still just more most least less"
    " many some any all both each other another one two three four five six seven eight nine ten dozen dozens"
    " hundred hundreds several least about around nearly almost early late last night day days week month year"
    " hour hours morning afternoon evening dawn overnight midnight noon local time people person persons man men"
    " woman women child children civilian civilians family families resident residents member members kill kills"
    " killing dead death deaths die dies died wound wounded injure injured injures injuring injury injuries"
    " casualty casualties victim victims leave leaves left carry carries launch launches open city town village"
    " district province region area part parts capital north northern south southern east eastern west western"
    " central territory border country state official officials officer spokesman spokesperson spokeswoman"
    " governor mayor minister president ministry defence defense authority authorities agency news media source"
    " sources report reportedly least new latest update live breaking war conflict crisis fighting explosion"
    " explosions blast blasts conduct conducted violation violations violate violated violating ceasefire"
    " ceasefires truce truces agreement agree agreed targeting destroyed damage damaged destroy hitting striking"
    " wounding group armed suspected mr mrs building buildings police doctor doctors medic medics health worker"
    " workers regional number staff hospital-staff p.m a.m know past time times place і й та а але в у на з із"
    " зі до від за по про як що це той був була були було не після під час через для або внаслідок осіб людей"
    " людини загинули загинув загинула поранено поранені поранений область області місто місті район районі"
    " росіяни في من على إلى عن مع أن إن قد كان كانت هذا هذه التي الذي بعد قبل بين خلال قتل قتلى مقتل شهيد شهداء"
    " إصابة جرحى جريح مدينة بلدة محافظة منطقة جنوب شمال شرق غرب قال قالت"
)
"""Words without a sense of their own, and those of any strike on any town."""
