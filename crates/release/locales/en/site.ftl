# The frame of every page, and words that many pages share.
skip = Skip to the content
nav-home = Start
nav-languages = Language
nav-sections = Sections
nav-crumbs = You are here
nav-months = Months
nav-parties = Parties
nav-sources = Sources
nav-places = Places
nav-claims = Claims
nav-statements = Statements
nav-counts = Persons counted
nav-charts = Charts
nav-notices = Disappeared
nav-days = Updates
nav-check = Check us
nav-method = Method
nav-accessions = Files taken in
nav-figures = Figures
choose-words = Published figures and documented persons, with proof
invented-banner = INVENTED DATA. The persons shown here never existed. Their names, dates and places were made up to show how the program works.
invented-banner-some = SOME OF THIS IS INVENTED DATA. Part of what is shown here (persons, events or numbers) was made up to show how the program works, and speaks of nobody who existed.
invented-tag = invented
footer-claims = The figures are claims of the sources named, not findings of ours.
footer-made = Made with
redirected = { $old } and this record were found to be one person. The page is now:

list-comma = {", "}
list-semicolon = {"; "}
list-plus = {" + "}
list-or = {" or "}
title-separator = {" · "}
source-population = { $source } · { $population }
title-colon = {": "}
of-separator = {" of "}
maps-to = {" → "}
unknown = unknown
withheld = withheld
missing-page = There is no such page in this release.
not-printed = not printed
proof-link = proof
number-of-whom = { $n } ({ $whom })
population-among = { $part } among { $whole }
in-brackets = ({ $what })
number-range = { $low } to { $high }
at-least = at least { $n }
about = about { $n }
at-most = at most { $n }
said-estimate = { $what } (a statistical estimate)
at-least-words = at least { $what }
about-words = about { $what }
at-most-words = at most { $what }
as-printed = { $what } (as printed, not exact)
date-circa = about { $date }
date-months = { $from } to { $to }
date-days = { $from } to { $to }
all-persons = All persons
on-list = on the list
part-of = Part { $part } of { $parts }
part-before = Part before
part-after = Next part
rows-from-to = Rows { $first } to { $last }
th-part = Part
whole-file = whole file
whole-row = whole row

population-all = everyone
population-civilians = civilians
population-combatants = combatants
measure-killed = Killed
measure-killed-in-massacres = Killed in massacres only
measure-died-under-torture = Died under torture
measure-massacres = Massacres
measure-detained = Detained
measure-forcibly-disappeared = Forcibly disappeared
measure-displaced = Displaced
sex-female = Female
sex-male = Male
age-child = Child
age-adult = Adult
civilian-civilian = Civilian
civilian-combatant = Combatant
act-killing = Killing
act-death-under-torture = Death under torture
act-arbitrary-arrest = Arbitrary arrest
act-enforced-disappearance = Enforced disappearance
act-injury = Injury
act-displacement = Displacement
act-attack = Attack
attribution-disputed = Disputed
counts-not-stated = Not stated or disputed
attribution-not-stated = Not stated
attribution-withheld = Party withheld
level-country = Country
level-governorate = Governorate
level-district = District
level-sub-district = Sub-district
level-town = Town or quarter

n-persons = { $n ->
    [one] { $n } person
   *[other] { $n } persons
}
n-may-be-listed = May be listed: { $n }
n-records = { $n ->
    [one] { $n } record
   *[other] { $n } records
}
n-figures = { $n ->
    [one] { $n } figure
   *[other] { $n } figures
}
n-events = { $n ->
    [one] { $n } event
   *[other] { $n } events
}
n-rejected = { $n ->
    [one] { $n } row refused
   *[other] { $n } rows refused
}
noun-sources = { $n ->
    [one] source
   *[other] sources
}
noun-figures = { $n ->
    [one] published figure
   *[other] published figures
}
noun-statements = { $n ->
    [one] statement
   *[other] statements
}
noun-events = { $n ->
    [one] event
   *[other] events
}
noun-persons = { $n ->
    [one] person
   *[other] persons
}
age-years = { $n ->
    [one] { $n } year
   *[other] { $n } years
}
age-range = { $low } to { $high } years
size-bytes = { $n ->
    [one] { $n } byte
   *[other] { $n } bytes
}
pages-print-it = { $n ->
    [one] on { $n } page
   *[other] on { $n } pages
}
retellings-of-one-report = { $n ->
    [one] { $n } page tells this report.
   *[other] { $n } pages retell this one report. They are one report, not { $n } sources; the page with the longest list is open, the others are below it.
}

th-accession = File taken in
th-addresses = Pages
th-code = Code
th-column = Column
th-date = Date
th-deaths = Deaths
th-entry = Journal entry
th-event = Event
th-events = Events
th-example = Example
th-figure = Figure
th-figures = Figures
th-fraction = Numbers
th-killed = Killed, all parties
th-kind = Kind
th-lists = Lists
th-measure = Counted
th-month = Month
th-name = Name
th-number = Number
th-other-pages = On other pages
th-parties-added = Parties added
th-parties-written = Parties in the source’s words
th-party-tree = In the common tree
th-period = Period
th-person = Person
th-persons = Persons
th-place = Place
th-population = Whom
th-proof = Proof
th-property = Property
th-reason = Reason
th-record = Record
th-records = Records
th-retellings = Pages
th-row = Row
th-rows = Rows
th-said-by = Who says so
th-share = Share
th-source = Source
th-sources = Sources
th-sum = Do the parties add up?
th-total = Total printed
th-trust-set = Choice of sources
th-value = Value
th-victim-group = Whom the dead belonged to
th-within = Within
th-written = In the source’s words
th-written-name = Name as written

fact-acronym = Short form
fact-address = Address
fact-affiliations = Tags
fact-children = Of them children
fact-code = Code
fact-contains = Contains
fact-derives-from = Copies from
fact-upper-end = Upper end of this range
fact-lower-end = Lower end of this range
fact-figure-id = Figure
fact-file-name = File name
fact-mapping = Read through the mapping
fact-media-type = Media type
fact-name-in = Name ({ $language })
fact-note = Reader’s note:
fact-page = Page that printed it
fact-person-id = Lasting id
fact-point = Coordinates
fact-published = Published on
fact-received = Taken in on
fact-retrieved = Page read on
fact-role = What it is
fact-sha256 = SHA-256 of the bytes
fact-size = Size
fact-terms = Terms
fact-women = Of them women
