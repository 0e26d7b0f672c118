# Start
home-kicker = Who says what about the dead of the war in Syria
home-lead = Many people write down the same dead, and their totals differ. Here their published figures stand side by side, in their own words, and every number opens into the page that printed it, the file it was taken in with, and a proof that nothing was changed since.
home-sources = who says so, and what each of them counts
home-figures = month by month, each with the page that printed it
home-statements = who takes which position, in what words
home-events = by place, as their source reports them
home-events-invented = all of them invented, to show how events are drawn
home-persons = counted once, whatever the number of lists that name them
home-persons-invented = all of them invented, to show how lists are joined
home-some-invented = { $n ->
    [one] one of them invented
   *[other] { $n } of them invented
}
home-claims = A quoted number, checked
home-not = What this is not
home-not-verified = It is not a finding of who killed whom. Parties are alleged, by the source named beside them.
home-not-added = It is not one total. The sources do not count the same people, so their figures are never added to each other or averaged.
home-not-complete = It is not complete. It holds the published figures that were read, not all that were published.
home-not-names = It is not a list of real victims’ names. Every named person here is invented and marked as such.
home-check = You need not trust us
home-check-words = The folder that holds this site verifies offline, with the public key and nothing else.
home-data = Data
data-figures-csv = every figure, as a table
data-figures-json = the same, as JSON
data-patterns-json = counts of persons by the lists that name them

# Sources
sources-title = Who says so
sources-lead = An organisation, a government, a newspaper, a person. Those who pass on the material of another are not a second witness.
source-organisation = Organisation
source-outlet = News outlet
source-government = Government
source-intergovernmental-body = Intergovernmental body
source-person = Person
source-compiler = Compiler
source-reports = Reports by period
source-reports-note = One line for each report, however many pages retell it. Totals that differ between pages are all shown.
source-wordings = Its words for the parties
source-accessions = Files that it gave
derives-not-second = It passes on the material of the sources named above. It is not a second witness beside them.
caution-title = Before you use this

# Parties
parties-title = The parties
parties-lead = One common tree. Each source’s own words are mapped to it and kept. A figure for an alliance belongs to the alliance and to neither of its parts.
party-kicker = Party
party-joint-note = Figures printed for these together stand here. They are not divided among the parts.
party-alleged-note = What stands here is alleged by the sources named.
party-months = Killed by this party, according to each source
party-months-rule = Months and the whole country only. Where pages retell a report with different numbers, the number that most pages print stands first and the others beside it. Lines that a page prints apart (such as air raids and shelling) are added, and the sum is shown.
chart-party = Killed by this party by month, according to each source
chart-party-description = { $n ->
    [one] One printed number; the table below holds it.
   *[other] { $n } printed numbers; the table below holds each of them.
}
party-wordings = Each source’s words for it
party-not-mapped = not in the tree

# Months
months-title = Figures side by side
months-lead = For each month and each longer period: what every source printed.
range-of-population = { $population }: { $range }
months-longer = Longer and shorter periods
month-kicker = Figures side by side
month-lead = Each source in its own words and in the common tree. Totals of different sources are not added. Where a share cannot be computed, the reason stands in its place.
month-disagree = They disagree ({ $population }): from { $low } ({ $lowest }) to { $high } ({ $highest }), a difference of { $difference }.
chart-month = { $what }: totals printed by each source
place-not-in-table = as written by the source
total-not-printed = not printed
torture-not-added = Deaths under torture are printed apart, and are mostly already included in those killed. They are never added to them.
retelling-at = As told at
retellings-differ = The pages that retell this report differ
split-by-party = By party
victim-groups = Whom the dead belonged to
sum-equal = yes
sum-exceeds = no, they exceed it
sum-short = no, they fall short
sum-incomplete = list not complete
sum-words-equal = The parties add up to the total: { $sum }.
sum-words-exceeds = The source’s own parties add up to { $sum }, more than the total of { $total } that it prints. This is left as it is.
sum-words-short = The source’s own parties add up to { $sum }, less than the total of { $total } that it prints. This is left as it is.
sum-words-incomplete = The list of parties is not complete on this page: its lines add up to { $sum } of { $total }.
no-share-joint-parties = No share: several parties are counted in one figure.
no-share-victim-group = No share: this says whom the dead belonged to, not who killed them.
no-share-missing-total = No share: the source printed no total for the same people.
no-share-several-totals = No share: the source printed several totals that differ.
no-share-zero-total = No share: the total is zero.
no-share-range = No share: the source gives a range, not a number.
no-share-party-not-printed = No share: the source printed no figure for this party.

# Places
places-title = Places
places-lead = The governorates and the places that the sources name.
place-figures = Figures printed for this place
place-events = Events reported here
places-events-note = Events are counted with those in the places within.
place-events-within = Events in places within it
place-persons = Persons counted here
events-by-place = Each event stands on the page of its place.
events-elsewhere = Events whose place is not in our table:

# Claims
claims-title = Quoted numbers, checked
claims-lead = A number is quoted and somebody is named for it. Did they print it?
claim-kicker = Claim
verdict-found = Found: the source named printed figures that give this share
verdict-not-found = Not found: nothing that the source named printed for this period gives this share
verdict-nothing-printed = Nothing to compute from: the source named printed no such figures for this period
claim-printed = { $source } printed { $numerator } of { $denominator } for { $period }: { $percent }.
claim-nearest = { $source } printed { $numerator } of { $denominator } for { $period }, which gives { $percent }.
claim-party = Party
claim-share = Share quoted
claim-attributed = Attributed to
claim-by-source = What the source named printed for the period
claim-equal = Who did print figures that give this share, for this period
claim-others = What other sources printed for the period
claim-nearby = The same source, neighbouring periods
claim-elsewhere = Other periods for which the same source’s figures give this share
claim-parties-sum = (its own parties add up to { $sum })
claim-not-computable = Where no share can be computed, and why
claim-how = How this was computed
claim-how-words = Every share is the party’s printed number divided by the total that the same page printed for the same people. Shares equal to the quoted one, to the precision it is quoted in, are in bold. Nothing is computed from joint figures, victim groups or pages without a total.

# Statements
statements-title = Who takes which position
statements-lead = Positions of sources on a question, paraphrased, with the date and the page.
stance-affirms = affirms
stance-partly-affirms = partly affirms
stance-denies = denies
stance-no-position = takes no position
statement-reported-by = as reported by
statement-who-reported = { $source }, as reported by { $reporter }
statement-words-checked = { $words } — { $found }
statement-republishes = Re-publishes material of
statement-not-second = this is not a second source.
statement-claim-checked = The number quoted here was checked

# Persons
person-kicker = Person
person-lead = { $records ->
    [one] One record
   *[other] { $records } records
} from { $sources ->
    [one] one list
   *[other] { $sources } lists
} { $records ->
    [one] speaks
   *[other] speak
} of this person.
person-said = Who says what
person-said-rule = Every value is kept with who says it. The value that most sources say stands first; where as many say another, neither is taken.
person-records = Records
name-withheld = Name withheld
name-unknown = Name unknown
property-name = Name
property-sex = Sex
property-age = Age
property-age-class = Child or adult
property-civilian = Civilian or combatant
property-act = Act
property-date = Date
property-place = Place
property-party = Alleged party
property-cause = Cause
property-also = { $property }, also said

# Figures
figure-kicker = Printed figure
figure-printed = What was printed
figure-from = Where it comes from
role-total = A total of all parties
role-by-party = A number for one party
role-victim-group = Whom the dead belonged to
caution-joint-parties = Several parties are in this figure. It belongs to them together and to none of them alone.
caution-massacres-only = Only those killed in massacres, who are part of the period’s dead.
caution-torture-within-killed = Deaths under torture, printed as a line within those killed.
caution-not-added-to-killed = Printed apart, and mostly already included in those killed. It is not added to them.
caution-party-left-out = The page leaves a party out, so its list is not complete.
caution-date-inferred = The year or date was worked out by the person who read the page.
caution-bound-of-range = One end of a range that the page prints.
caution-statistical-estimate = Worked out by a statistical model: an estimate, not a count of documented persons.

# Files taken in
accession-kicker = File taken in
accessions-title = Files taken in
accessions-lead = Each file is kept as the bytes that were received, named by their SHA-256.
rejected-title = Rows refused
rejected-note = Nothing is dropped silently. The refused value itself is not shown here, since it may be about a person.
rejected-none = No row was refused.

# Counts
counts-title = Persons counted
counts-kicker = Persons counted
counts-lead = Each person is counted once, under a choice of sources. Whom you trust changes the answer.
counts-none = There are no lists of persons in this release.
counts-no-list = None of these sources gave a list of persons, so how many they document one by one is unknown.
counts-documented = { $n ->
    [one] { $n } documented person
   *[other] { $n } documented persons
}
counts-documented-note = Documented means that at least one of these lists names the person. It is not an estimate of how many there were.
counts-by-party = By party
counts-by-month = By month
counts-by-year = The months stand on a page for each year
counts-by-place = By place
counts-by-sex = By sex
counts-by-age = Children and adults
counts-by-civilian = Civilians and combatants
counts-by-act = By act
counts-not-equal = The table counts { $table } and this list has { $list }.
rows-withheld = The table counts { $counted }. { $n ->
    [one] { $n } of them is not listed here
   *[other] { $n } of them are not listed here
}, because this list would tell what is withheld of them.
patterns-title = Who is on which lists
patterns-note = One row for each combination of lists: the persons who are on exactly these.
patterns-add-up = Every count above can be added up from this table.
counts-table-held = This table is held back: so few persons are counted here that it would tell of them one by one.

# Check
check-title = Check this folder yourself
check-lead = Copy the folder, turn the network off, and run:
check-what = What is checked
check-files = Every file has the SHA-256 that is written in SHA256SUMS, and no file is missing or added.
check-log = The log’s checkpoint carries our signature, and the log’s tree has the root that was signed.
check-proofs = Every proof leads from its row to that root.
check-flip = One changed byte anywhere makes it fail and name the file.
check-origin = Log
check-fingerprint = Key fingerprint
check-version = Made with version
check-sums = Sums
check-checkpoint = Checkpoint
check-fingerprint-note = Compare the fingerprint with one that you got from us by another way than this folder.
check-path = From a number down to its bytes
check-path-words = Follow a number to its figure or person, from there to the file taken in and to its SHA-256, and open the proof. The proof shows the fields of the journal entry that are public, and commits to those that are withheld.

# Method
method-title = How this was made
method-lead = What is done with the numbers, and what is never done.
method-figures = Published figures
method-claims = A figure is a claim of the organisation named, as a page printed it. Organisations count different people: civilians only, everyone, or a party’s victims.
method-parties = Each wording is mapped to a party in a common tree, and the wording is kept. A joint figure belongs to the node that joins the parties and to none of them.
method-shares = A share is computed only from numbers that one page prints for the same people. Otherwise the reason is printed instead.
method-sums = Sums that do not add up are the source’s own. They are reported and never repaired.
method-retellings = Several pages that retell one report are one report. Where they differ, every value is shown.
method-sohr = Lines that say whom the dead belonged to are never part of a share by perpetrator.
method-persons = Persons
method-linked = Records of several lists that speak of one person are joined by probability, and a person keeps the same id.
method-display = Of differing values, the one that most sources say is displayed first. All are kept. Where as many sources say one as another, counts have the person under “Not stated or disputed”.
method-disputed = Where trusted sources name different parties, the person is counted as disputed. Where none names a party, as not stated.
method-documented = Counts are of persons documented. Nobody is added for whom no list has a record.
method-privacy = What is left out
method-withheld = Original columns, free fields and the names of those who handed files in are never published.
method-names = Names of real persons are not published unless a person decided so for each of them.
method-requests = An entry can be withdrawn. The log still verifies, and says that something was withdrawn.
method-statements = Statements
method-republished = A source that re-publishes another’s material is shown beside it and is not counted as a second source.
