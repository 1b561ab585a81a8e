"""The words of the generated news: templates by role, to be filled by `tell`.

{A} who fires with what, {a} with what alone, {n} a noun for it with its article, {N} without, {T} the target, {P} the
town, {W} where that is, {C} the country, {D} the day in words, {K} killed, {K5} in words, {I} wounded, {O} who says so,
{X} another who says so, {KX} his figure, {S} who answers for the side that fires, {V} the weekday alone.
"""

# What each kind does, and what it is called.  The clauses take {T} and {P}.
WEAPONS = {
    "airstrike": ("jets", "warplanes", "fighter jets", "aircraft"),
    "drone_strike": ("drones", "attack drones"),
    "missile_rocket": ("missiles", "rockets"),
    "shelling": ("artillery", "gunners", "tanks"),
    "ied_mine": ("a roadside bomb", "a car bomb", "a bomb"),
    "suicide_attack": ("a suicide bomber",),
}
NOUNS = {
    "airstrike": ("an air strike", "an airstrike", "an air raid"),
    "drone_strike": ("a drone strike", "a drone attack"),
    "missile_rocket": ("a missile strike", "a rocket attack", "a missile attack"),
    "shelling": ("artillery shelling", "shelling", "artillery fire"),
    "ied_mine": ("a bomb blast", "a bomb attack", "a bombing"),
    "suicide_attack": ("a suicide bombing", "a suicide attack"),
}
DOES = {
    "airstrike": (
        "{A} bombed {T} in {P}",
        "{A} hit {T} in {P}",
        "{A} struck {T} in {P}",
        "{A} carried out {n} on {T} in {P}",
    ),
    "drone_strike": ("{A} hit {T} in {P}", "{A} struck {T} in {P}", "{A} attacked {T} in {P}"),
    "missile_rocket": ("{A} hit {T} in {P}", "{A} slammed into {T} in {P}", "{A} struck {T} in {P}"),
    "shelling": ("{A} shelled {T} in {P}", "{A} pounded {T} in {P}", "{A} fired on {T} in {P} with heavy shells"),
    "ied_mine": ("{a} exploded at {T} in {P}", "{a} went off outside {T} in {P}", "{a} tore through {T} in {P}"),
    "suicide_attack": (
        "{a} blew himself up at {T} in {P}",
        "{a} detonated his explosives at {T} in {P}",
        "{a} attacked {T} in {P}",
    ),
}
HEADLINES = (
    "{N} on {T} in {P} kills {K}",
    "{K} killed in {N} on {P}",
    "{N} kills {K} people in {P}, according to {O}",
    "At least {K} dead after {N} hits {P}",
    "{P}: {K} people killed in {N}",
    "{N} hits {T} in {P}, killing {K}",
    "{K5} dead as {N} strikes {T} in {P}",
    "{C}: {N} kills {K} in {P}",
)
LEADS = (
    "{does} {D}, killing {K5} people, {O} said.",
    "{does} {D}, killing at least {K5} people and wounding {I}, according to {O}.",
    "At least {K5} people were killed and {I} wounded {D} when {does}, {O} said.",
    "{K5} people were killed in {n} on {T} in {P}, {W}, {D}, {O} said.",
    "{n} on {T} in {P}, {W}, killed {K5} people {D}, {O} said.",
    "{O} said {K5} people were killed {D} when {does}.",
    "{n} hit {T} in {P}, {W}, {D} and killed {K5} people, according to {O}.",
    "{does}, {W}, {D}. {O} said {K5} people were killed and {I} wounded.",
)
TOLLS = (
    "{K5} bodies were brought to the hospital and {I} people were being treated for wounds, {O} said.",
    "The number of dead stood at {K}, with {I} wounded, {O} said.",
    "{O} put the toll at {K} dead and {I} wounded.",
    "Among the {K} dead were two children, {O} said; {I} people were wounded.",
    "{O} said {I} people were wounded, several of them badly.",
    "",
    "",
)
FLASHES = (
    ("{N} hits {T} in {P}, {C} - {O}", ""),
    ("BREAKING: {N} on {P}, {W}; casualties reported", "{n} has hit {T} in {P}, {W}, {O} said. Details to follow."),
    ("{N} reported in {P}", "{n} hit {T} in {P}, {W}, {D}, {O} said. There was no word on casualties yet."),
    ("{P} hit by {N}", "{does} {D}, {O} said. It was not known at once how many people were hurt."),
    ("{N} on {T} in {P}, according to {O}", "{does}, {W}, {D}, {O} said. Ambulances were on their way."),
    ("{C}: {N} in {P}", "{T} in {P}, {W}, was hit by {n} {D}, {O} said. Smoke could be seen from far away."),
)
RISEN = (
    ("Death toll in {P} rises to {K}", "The death toll from {n} on {T} in {P} rose to {K} {later}, {O} said."),
    ("{P} toll climbs to {K}", "{K5} people are now known to have died in {n} {D} on {T} in {P}, {W}, {O} said."),
    ("{K} dead in {P} as search goes on", "{O} raised to {K} the number of people killed when {does} {D}."),
    (
        "{N} in {P}: dead now {K}",
        "Rescuers pulled more bodies from {T} in {P}, {W}, hit by {n} {D}, bringing the toll to {K} dead, {O} said.",
    ),
    (
        "Toll from {N} on {P} up to {K}",
        "The number of people killed in {n} on {T} in {P}, {W}, {D} has risen to {K}, {O} said, with {I} wounded.",
    ),
    (
        "More bodies found in {P}, {K} dead",
        "Two of the wounded died and more bodies were found, {O} said: {K} are dead after {n} {D} on {T} in {P}.",
    ),
    (
        "{K} now dead after {N} in {P}",
        "At least {K} people were killed and {I} wounded in {n} on {T} in {P} {D}, {O} said, revising its figures.",
    ),
)
OTHERS = (
    (
        "{KX} killed in {P}, says {X}",
        "{X} said {KX} people were killed in {n} on {T} in {P} {D}. {O} had spoken of {K} dead.",
    ),
    (
        "Tolls differ after {N} in {P}",
        "{X} put the number killed in {n} {D} on {T} in {P}, {W}, at {KX}; {O} had said {K} people were killed.",
    ),
    (
        "{X}: {KX} dead in {P}",
        "According to {X}, {KX} people were killed {D} when {does}. {O} said earlier that {K} were killed.",
    ),
    (
        "{P}: {X} counts {KX} dead",
        "{n} on {T} in {P}, {W}, killed {KX} people {D}, {X} said, more than the {K} that {O} had given.",
    ),
    (
        "{KX} people died in {P}, {X} says",
        "At least {KX} people were killed {D} in {n} on {T} in {P}, {X} said on its website.",
    ),
    ("{N} on {P} killed {KX}, {X} says", "{X} said that {KX} people, not {K}, were killed when {does} {D}."),
)
RETOLD = (
    (
        "{P} buries its dead",
        "Hundreds walked behind the coffins in {P}, {W}, a day after {n} on {T} killed {K} people, according to {O}.",
    ),
    (
        "After {N} on {P}, anger and grief",
        "{n} {D} that killed {K} people at {T} in {P}, {W}, has left a town in grief. {O} said the search had ended.",
    ),
    ("What we know of {N} on {P}", "{does} {D}, killing {K} people, according to {O}. Here is what we know so far."),
    (
        "Survivors tell of {N} in {P}",
        "Survivors spoke of dust and screams after {n} {D} hit {T} in {P}, {W}. {O} said {K} people were killed.",
    ),
    ("{P} counts the cost", "The day after {does}, {K} people are dead, {O} said, and shops stay shut."),
    (
        "UN condemns {N} on {P}",
        "The United Nations condemned {n} {D} on {T} in {P}, {W}, in which {K} people were killed, according to {O}.",
    ),
    (
        "Minister calls for inquiry into {N} on {P}",
        "A minister asked for an inquiry into {n} on {T} in {P} that killed {K} people {D}, {O} said.",
    ),
)
BRIEFS = (
    ("{C}: {N} kills {K}", "{n} in {C} {D} killed {K} people, {O} said."),
    ("World in brief: {C}", "At least {K} people were killed in {n} in {C} {D}, according to {O}."),
    ("{K} killed in {C}", "{n} on {T} in {C} killed {K} people {D}, {O} said."),
    ("{N} in {C} leaves {K} dead", "{K5} people died in {n} on {T} in {C} {D}, {O} said. Others were wounded."),
    ("{C} {N}: {K} dead", "{O} in {C} said {K} people were killed in {n} {D}."),
    ("{N} on {T} in {C} kills {K}", "{K5} people were killed {D} in {n} on {T} in {C}, {O} said."),
)
DENIALS = (
    (
        "{S} denies it hit {P}",
        "{S} denied that its forces carried out {n} on {T} in {P} {D}, in which {O} said {K} people were killed.",
    ),
    (
        "{S} rejects blame for {P}",
        "{S} denied having struck {T} in {P}, {W}. {O} said {K} people were killed there in {n} {D}.",
    ),
    (
        "{P}: '{S}' says it was not us",
        "{S} said that it had not attacked {T} in {P} {D} and denied any role in {n} that {O} said killed {K} people.",
    ),
    (
        "{S}: no strike on {P} by our side",
        "{O} said {K} people were killed in {n} on {T} in {P} {D}; {S} denied responsibility.",
    ),
    (
        "Denial over {P}",
        "{n} hit {T} in {P}, {W}, {D}, killing {K} people, {O} said. {S} denied that it was behind it.",
    ),
    (
        "{S} denies {N} on {P}",
        "{S} denied responsibility for {n} {D} on {T} in {P}, {W}, that killed {K} people, according to {O}.",
    ),
)
OWNED = (
    (
        "{S} claims {N} in {P}",
        "{S} claimed responsibility for {n} {D} on {T} in {P}, {W}, that killed {K} people, according to {O}.",
    ),
    (
        "{S} says it was behind {P} attack",
        "{S} said in a statement that it had carried out {n} on {T} in {P} {D}. {O} said {K} people were killed.",
    ),
    (
        "{P}: {S} claims responsibility",
        "Responsibility for {n} on {T} in {P}, {W}, {D} was claimed by {S}. {K5} people were killed, {O} said.",
    ),
    (
        "{S} owns up to {N} on {P}",
        "{S} claimed responsibility on its channel for {n} that killed {K} people at {T} in {P} {D}, as {O} said.",
    ),
    (
        "Claim of responsibility after {P}",
        "{S} has claimed responsibility for {n} on {T} in {P} {D}. {O} said the blast killed {K} people.",
    ),
    (
        "{S} takes responsibility for {P}",
        "{S} took responsibility for {n} {D} at {T} in {P}, {W}, which killed {K} people, {O} said.",
    ),
)
# Beside what happened: none of it tells of a deed.  Papers share no such sentences but in copies, so these are many.
COLOURS = (
    "Ambulances drove {through} for {some} hours.",
    "Shops {along} were shut, and {teachers} told {parents} to keep {children} at home.",
    '"{heard}, and then nothing," said {somebody}.',
    "Pictures showed {rubble} and {broken} {along}.",
    "{hospital} asked {parents} to come and give blood.",
    "Power was out {along} until {until}.",
    "{somebody} said that he had carried {children} {through}.",
    "{nobody} could say at once {what}.",
    "{teachers} worked by the light of {broken}.",
    "Diplomats were to meet {until} to speak about {what}.",
    "The road {along} stayed closed until {until}.",
    "{parents} stood at the gate of {hospital} and waited for {what}.",
    "The town had about {some} thousand people before the war, {somebody} recalled.",
    "{nobody} has sold flour {along} for {some} days, {somebody} said.",
    "Officials promised {parents} to pay for {broken}.",
    "{somebody} looked for {children} {through}.",
    "{teachers} have asked for {some} more trucks and for {broken}.",
    "{parents} slept {along}, with {children} under blankets.",
)
COLOUR_WORDS = {
    "through": ("through the smoke", "past a burnt-out van", "over broken glass", "down a lane of plane trees"),
    "along": (
        "along the main road",
        "near the old baths",
        "east of the river",
        "behind the post office",
        "by the mill",
    ),
    "teachers": ("the school board", "scouts from two villages", "the rescue team", "volunteers in green vests"),
    "parents": ("families", "neighbours", "men in work clothes", "the women of the quarter", "students"),
    "children": ("their children", "a boy of six", "two sisters", "an old neighbour", "a cat in a box"),
    "heard": ("I heard a roar", "The floor jumped", "There was a white light", "The windows came in", "We ran"),
    "somebody": (
        *("a man who sells tea", "a taxi driver", "Mariam, a nurse", "a retired clerk", "a baker of forty"),
        *("Yusuf, who mends radios", "a woman with a pram", "a tall farmer", "the keeper of the baths"),
    ),
    "rubble": ("a deep hole in the road", "a wall with a clock on it", "a heap of bricks", "a bent lamp post"),
    "broken": ("their telephones", "new roofs", "borrowed lamps", "doors and windows", "a row of parked cars"),
    "hospital": ("the hospital", "a clinic at the edge of town", "the district surgery", "the nuns' infirmary"),
    "until": ("nightfall", "late in the week", "the next bus came", "the engineers were done", "noon the day after"),
    "nobody": ("nobody", "no one in the street", "neither the mayor's men nor the shopkeepers"),
    "what": ("names", "what comes next", "the price of bread", "how the winter is to be got through", "a lost dog"),
    "some": ("two", "three", "several", "about twenty", "thirty", "ninety", "four", "five"),
}
BACKGROUNDS = (
    "The war in {C} is in its fourth year, and talks have stalled.",
    "Fighting in that part of {C} had eased since the spring.",
    "Last month {n} in the same area killed eleven people.",
    "It was not the first time that {P} was hit this year.",
    "{S} did not answer a request for comment.",
    "{S} had no immediate comment.",
    "The United Nations has called on all sides to spare civilians.",
    "A ceasefire that was agreed last year has never been fully kept.",
)
# What must raise nothing.
IDLE = {
    "anniversary": (
        (
            "{P} marks ten years since {N}",
            "{P}, {W}, on {V} marked ten years since {n} killed {K} people at {T}. Candles were lit at noon.",
        ),
        (
            "Names read out in {P}",
            "They read the {K} names aloud, as every year since {n} destroyed {T} in {P} in 2014.",
        ),
        (
            "A decade on, {P} remembers",
            "Ten years ago {n} hit {T} in {P}, {W}, and killed {K} people. Their families met there on {V}.",
        ),
        ("Memorial opens in {P}", "A memorial to the {K} people killed in {n} in 2013 was opened in {P} on {V}."),
        (
            "{P} still waits for justice",
            "Eight years after {n} killed {K} people at {T} in {P}, nobody has been tried.",
        ),
        (
            "Film about {P} wins prize",
            "A film about {n} that killed {K} people in {P} in 2015 won the festival's first prize on {V}.",
        ),
    ),
    "retrospective": (
        (
            "How the war in {C} began",
            "In 2012 {n} on {T} in {P} killed {K} people. It was the first of many, historians write.",
        ),
        (
            "The year that changed {C}",
            "In the spring of 2016, {n} hit {T} in {P} and killed {K} people, the book recalls.",
        ),
        (
            "Court hears of {N} in {P}",
            "Judges on {V} heard witnesses of {n} in {P} in 2017 that killed {K} people. The trial goes on.",
        ),
        (
            "Inquiry into 2018 {N} ends",
            "An inquiry into {n} of 2018 on {T} in {P} ended on {V} without charges. {K} people died then.",
        ),
        (
            "The photographer of {P}",
            "She took the picture that the world knows in 2013, minutes after {n} on {T} in {P}.",
        ),
        ("Rebuilding {P}", "Nine years after {n} levelled {T} in {P}, {W}, builders laid the first stone on {V}."),
    ),
    "threat": (
        ("{S} threatens to strike {P}", "{S} threatened on {V} to bomb {P}, {W}, if rockets were fired again."),
        ("{S} warns of strikes on {P}", "{S} warned on {V} that it would strike {P} unless its demands were met."),
        ("Minister: we will hit {P}", "If one more shell falls, we will bomb {P}, a minister in {C} said on {V}."),
        (
            "{S} tells people to leave {P}",
            "{S} told people to leave {P}, {W}, on {V} and said that it could strike the town at any time.",
        ),
        ("Fear of strikes in {P}", "People in {P} fear that air strikes could come any day, they said on {V}."),
        ("{S} vows to answer", "{S} vowed on {V} to launch air strikes on {P} should the truce fail."),
    ),
    "drill": (
        (
            "Air raid drill in {P}",
            "Sirens were heard in {P} on {V} in a drill for air raids. Schoolchildren took part.",
        ),
        (
            "Rescuers rehearse in {P}",
            "Rescue workers in {P}, {W}, rehearsed on {V} for a missile strike. Volunteers lay on stretchers.",
        ),
        (
            "{C} holds exercise",
            "The army of {C} held an exercise near {P} on {V}, with simulated air strikes on a mock village.",
        ),
        (
            "Hospital in {P} trains for bombs",
            "Doctors in {P} on {V} took part in a drill that simulated a bomb attack, with {K} cadets on stretchers.",
        ),
        (
            "Live fire at the range of {P}",
            "Artillery fired at targets on the range near {P} on {V} during a training exercise, the army said.",
        ),
        ("Sirens tested in {P}", "Sirens will be tested in {P} on {V} at noon; officials asked people not to worry."),
    ),
    "sport": (
        ("Late strike sinks {P}", "A late strike on {V} sank {P}, who had bombarded the visitors' goal for an hour."),
        (
            "{P} under fire after defeat",
            "The coach of {P} came under fire on {V} after his side's defence was blown apart.",
        ),
        ("Price war hits {C}", "Supermarkets in {C} opened fire on each other's prices on {V}; shares were hit hard."),
        ("Teachers strike in {P}", "Teachers in {P} went on strike on {V} over pay, and more strikes are planned."),
        ("Storm pounds {P}", "A storm pounded {P} on {V} and killed {K} people, officials said."),
        (
            "Gas blast in {P}",
            "A gas leak caused a blast in a kitchen in {P} on {V}; {K} people died, firefighters said.",
        ),
    ),
}
RETRACTIONS = (
    "This article has been retracted: what it told of {P} could not be confirmed.",
    "This article has been removed. An earlier version of it said that {P} was hit; it was not.",
    "This story has been withdrawn. There was no attack in {P}; a gas tank blew up in a kitchen.",
)
CORRECTIONS = (
    "Correction: an earlier version of this article gave a higher number of dead. It is {K}.",
    "This article has been corrected: {O} said {K} people were killed, not more.",
    "Clarification: the number of people killed is {K}.",
)
COUNTS = (
    (
        "{O} counts {K} ceasefire violations in {C}",
        "{O} recorded {K} ceasefire violations in {C} {D}, it said in its daily report.",
    ),
    ("{K} breaches of truce in {C}, {O} says", "{O} said that the ceasefire in {C} was violated {K} times {D}."),
    (
        "Daily report: {K} truce violations",
        "The ceasefire in {C} was breached {K} times {D}, according to the daily report of {O}.",
    ),
    ("Truce in {C} broken {K} times", "{O} registered {K} violations of the ceasefire in {C} {D}."),
    ("{O}: {K} violations of ceasefire", "{K} violations of the truce in {C} were recorded {D}, {O} reported."),
    ("Monitors list {K} breaches", "{O} listed {K} breaches of the ceasefire in {C} {D}, most of them by shelling."),
)
