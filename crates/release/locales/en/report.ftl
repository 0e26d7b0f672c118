# The report on a period
report-kicker = Report · { $trust }
report-title = Killed in Syria, { $period }
report-whose = {"What these sources printed, each in its own words, side by side and never added together: "}
report-contents = Contents
report-headline = Headline
report-headline-line = { $killed }{ $among } ({ $period }).
report-headline-cases = The lists of these sources document { $persons } of { $period }, each counted once: see the list of cases.
report-headline-none = None of the chosen sources printed a number for { $period } that was taken in. This is not zero.
report-among-both = , among them { $children } and { $women }
report-among-one = , among them { $who }
report-among-neither = , none of them a child or a woman
report-among-no-children = , no children among them
report-among-no-women = , no women among them
report-and-no-children = {" and no children"}
report-and-no-women = {" and no women"}
report-other-pages = Other pages that retell this report print: { $numbers }.
report-sentence = { $what }.
report-see-row = See the row
report-not-added = These sources do not count the same people. Their numbers are not added and not averaged.
report-n-killed = { $n ->
    [one] { $n } person was killed
   *[other] { $n } persons were killed
}
report-n-civilians-killed = { $n ->
    [one] { $n } civilian was killed
   *[other] { $n } civilians were killed
}
report-n-combatants-killed = { $n ->
    [one] { $n } combatant was killed
   *[other] { $n } combatants were killed
}
report-n-children = { $n ->
    [one] { $n } child
   *[other] { $n } children
}
report-n-women = { $n ->
    [one] { $n } woman
   *[other] { $n } women
}
report-n-tortured = { $n ->
    [one] { $n } person died under torture
   *[other] { $n } persons died under torture
}
report-n-massacres = { $n ->
    [one] { $n } massacre
   *[other] { $n } massacres
}
report-n-detained = { $n ->
    [one] { $n } person was detained arbitrarily
   *[other] { $n } persons were detained arbitrarily
}
report-n-disappeared = { $n ->
    [one] { $n } person was forcibly disappeared
   *[other] { $n } persons were forcibly disappeared
}
report-n-cases = { $n ->
    [one] { $n } documented person.
   *[other] { $n } documented persons.
}
report-method = Method
report-method-set = This report is made under one choice of sources: { $trust }. Another choice gives another report, from the same data.
report-method-own-words = Each number is the one that its source printed, in its own words; it is mapped to a common tree of parties beside those words, never instead of them.
report-method-retold = Several pages retell one report. The total that most of them print stands first (the lowest among equals); parties come from the page with the longest list; where pages differ, all numbers are shown.
report-method-share = A share is a party’s number divided by the total of the same page, population and period. Where that cannot be done, the reason stands in its place.
report-method-log = Every number is an entry in a public log with a signature, and can be checked without a connection and without trusting us.
report-definitions = Definitions
report-def-civilian = Civilian: as each source uses the word. Sources that count everyone are marked so; their numbers are not comparable with numbers of civilians.
report-def-party = Party: the perpetrating party as alleged by the source. A number for an alliance belongs to the alliance and to none of its parts.
report-def-torture = Death under torture: printed apart; mostly already included in those killed, and therefore never added to them.
report-def-massacre = Massacre: as each source defines it; several monitors mean at least five peaceful persons killed in one incident.
report-def-at-least = “At least”, “about” and “at most” stand where the page says them.
report-what-each-counts = What to know about each source
report-parties = Victims by party
report-parties-note = One table for each source, with its own words. Parties are alleged.
report-none-for = The chosen sources printed nothing on this for { $period } that was taken in. This is not zero.
report-none-but-listed = The chosen sources printed no number on this for { $period } that was taken in; the persons whom their lists document are counted under “Documented persons”.
report-not-printed = not printed
report-th-children = Children
report-th-women = Women
report-th-by-party = By party
report-th-change = Change
report-th-alleged = Alleged party
report-all-parties = all parties
report-children-women = Children and women
report-governorates = Governorates
report-governorates-note = A governorate that is missing here was not printed; that is not zero.
report-comparison = Comparison with earlier periods
report-comparison-note = The same source, measure and population in the period before and in the same months a year earlier. Nothing is compared across sources.
report-comparison-none = The period is not one of whole months, so nothing is compared.
report-change-none = no change
report-change-more = { $n } more
report-change-fewer = { $n } fewer
report-change-either = from { $fewer } fewer to { $more } more
report-change-percent = { $change } ({ $percent })
report-percent-more = +{ $percent }
report-percent-fewer = −{ $percent }
report-change-from-zero = { $change } (the earlier number is zero)
report-others = What other sources say
report-others-note = Sources outside this report’s choice. Their numbers were not used above.
report-others-none = No source outside this choice printed a number for { $period } that was taken in.
report-statements = Positions stated in this period
report-limits = Limits
report-limit-printed = This report rests on printed numbers that were read, not on everything that was printed, and not on visits to places.
report-limit-alleged = Parties are alleged by the named sources. Nothing here is a finding of a court.
report-limit-not-added = Totals of different sources are never added, since they speak of the same dead.
report-limit-unknown = What nobody printed or recorded is not in it. A missing number is unknown, never zero.
report-documented = Documented persons
report-documented-note = From lists of names, each person once. Who is on no list is not counted, so these are no totals; accused parties are those that the lists name.
report-documented-held = Under the minimum of the publication policy they are counted on the pages of documented persons alone, where small counts are held back together.
report-cases = List of cases
report-cases-note = Persons whom the chosen lists document for the period. Several records of one person are one row.
report-cases-none = The chosen sources gave no list of names for { $period }, or the publication policy holds it back.
report-cases-withheld = { $n ->
    [one] { $n } of them is not listed: the publication policy withholds the date.
   *[other] { $n } of them are not listed: the publication policy withholds their dates.
}
report-annex = Annex: the numbers as printed
report-annex-note = Every number that this report uses. The same numbers are in the file { $file }.
report-role-total = total
report-role-by-party = one party
report-role-victim-group = group of victims
report-at-least = at least { $n }
report-about = about { $n }
report-at-most = at most { $n }
report-download-pdf = This report as PDF
report-download-csv = The numbers of the annex as CSV
reports-title = Reports
reports-lead = Reports on a month, a year or another period, under a choice of sources.
reports-none = This release holds no report yet.

# Charts
chart-source = Source: { $source }
chart-source-events = Source: the events taken in, each with its own source
chart-source-persons = Source: the records taken in, one person counted once
chart-source-choice = { $said }. Choice of sources: { $trust }
chart-unit-killed = Persons killed ({ $who })
chart-unit-persons-month = Persons killed in a month
chart-unit-events-day = Events in a day
chart-unit-deaths-day = Documented persons by day of death
chart-days-beside = day not known: { $day }; month not known: { $month }
chart-unit-flow = Records on one side, persons on the other
chart-unit-estimate = Persons. Bar: 95 % interval of the model; dot: its median
chart-finding-largest = { $source }, { $period }: the largest number is that of “{ $party }”, { $n } of { $all }
chart-finding-nobodys = { $source }, { $period }: attributed to no identified party: { $n } of { $all }
chart-finding-told = { $source }, { $period }: listed by party: { $n }; total printed: { $all }
chart-finding-told-of-none = { $source }, { $period }: listed by party: { $n }; no total is printed beside them
chart-finding-moved = { $source }: { $then } in { $from }, { $now } in { $to }
chart-finding-moved-before = { $source }: { $then } in { $from }, { $now } in { $to }; no number for { $end }
chart-finding-apart = { $period }: from { $low } ({ $lowest }) to { $high } ({ $highest })
chart-finding-party-sum = { $source }, { $from } to { $to }: the largest number of one party is that of “{ $party }”, { $n } of { $all } in the { $months } told by party
chart-finding-party-told = { $source }, { $from } to { $to }: told of single parties: { $n } of { $all } in the { $months } told by party
chart-finding-party-peak = { $source }, { $from } to { $to }: the highest number drawn for a month is that of “{ $party }” in { $period }, { $n }
chart-rest = told jointly or not by party
chart-unit-stacked = Persons killed in a month, by party; above each column the source’s own total
chart-unit-stacked-sums = Persons killed in a month, by party; above each column the source’s own total, in brackets what its parties add up to where that is more
chart-qualified = { $source }. Some numbers are given as “at least”, “about” or estimates
chart-n-months = { $n ->
    [one] { $n } month
   *[other] { $n } months
}
chart-finding-events-month = { $n ->
    [one] { $n } event in { $period }
   *[other] { $n } events in { $period }
}
chart-finding-deaths-month = { $n ->
    [one] { $n } documented death in { $period }
   *[other] { $n } documented deaths in { $period }
}
chart-finding-flow = { $records } speak of { $persons }
chart-finding-estimate = { $doubted ->
    [none] { $n } documented; the models put the whole between { $low } and { $high }
    [some] { $n } documented; the models put the whole between { $low } and { $high }, and the overlaps speak against some of them
   *[all] { $n } documented; the overlaps speak against every model ({ $low } to { $high }): the lists do not settle how many there were
}
chart-no-estimate = How many there were is not estimated: the overlaps between these lists do not bear it.
model-dga = Averaged graphs
model-loglinear = Log-linear model
model-chao = Chao’s lower bound
model-doubted = { $model } (doubted)
chart-n-records = { $n ->
    [one] { $n } record
   *[other] { $n } records
}
chart-persons-on-lists = { $k ->
    [one] { $persons } on one list
   *[other] { $persons } on { $k } lists
}
chart-documented = Documented
chart-finding-stances = On { $date }: affirmed by { $affirms }, partly by { $partly }, denied by { $denies }
chart-finding-stances-reported = { $found } ({ $n } of { $all } only as reported by { $reporter })
chart-unit-stances = Sources and the positions that they took, by day
charts-title = Charts and maps
charts-lead = Drawn by the program from the data of this release: readable without JavaScript, in print, in black and white, and by those who do not tell colours apart.
charts-end = The charts of months end with { $period }, for which most sources print a number. Numbers of later months, until { $last }, stand on the pages of their months.
charts-data = The numbers of this chart
map-no-number = no number
map-finding-held = Documented persons by governorate; { $n ->
    [one] one governorate is held back
   *[other] { $n } governorates are held back
}
map-unit-held = Documented persons by governorate ({ $trust }), events as dots; dark grey: held back; grey: no number
map-event = an event
map-finding = { $place } stands first: { $n } ({ $what }, { $period })
map-finding-some = { $what }, { $period }: governorates with a number: { $places }, together { $n } of { $all }
map-finding-some-of-none = { $what }, { $period }: governorates with a number: { $places }, together { $n }
map-finding-persons = { $place } stands first: { $persons }
map-finding-placed = Documented persons whose governorate is known: { $n } of { $all }
map-finding-placed-alone = Documented persons whose governorate is known: { $n }
map-unit = { $what }, by governorate; grey: no number
map-unit-persons = Documented persons by governorate ({ $trust }), events as dots; grey: no number
map-source = Source: { $source }. Boundaries: { $boundaries }
map-source-told = { $said }. Boundaries: { $boundaries }
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
