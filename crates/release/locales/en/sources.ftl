sources-by-party = The same parties according to each source: { $population }
sources-by-party-note = Lines that one page prints for a party are added here; numbers of different pages never are. Sources do not count the same thing, so a difference is not an error of either.
th-difference = Difference
lines-added = { $n ->
    [one] (one line)
   *[other] ({ $n } lines added here)
}
statement-no-address = address not known
statement-no-date = no date known
claim-said = Said
