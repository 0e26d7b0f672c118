# Whom do you trust? The script of the page fills the places in.
board-legend = Whom do you trust?
board-explanation = The numbers are added again in this page, and nothing is sent. A person is counted when a chosen list names the person, and ascribed to the party that the chosen lists name: leave a list out and a dispute can end, or an act be ascribed to nobody. Shares are of all persons counted, the disputed and the not stated among them. The tables below stay as they are.
board-not-offered = Choosing lists is not offered here, because small counts are held back and could be worked out from it.
board-row-fold = Whom do you trust? Count these persons with other lists
board-row-explanation = Only the persons of this page are counted, again with the lists that you choose: whom no chosen list names falls away, and a person is ascribed to the party that the chosen lists name. Whom another choice of lists would bring to this row from elsewhere is not here. Nothing is sent; the choice is in the address. What stands below stays as it is.
board-figures-legend = Whom do you trust?
board-figures-explanation = For each party, and for civilians and everyone apart: the lowest and the highest share of the dead that the chosen sources printed. Shares of different sources are not averaged. Nothing is sent; the choice is in the address. Totals, the chart, disagreement and the tables of sources side by side follow the choice on the whole page; what each source printed stands below them, of all.
board-still = Persons counted with the lists of this page. Where scripts run, lists can be left out here. Shares are of all persons counted, the disputed and the not stated among them.
board-figures-still = For each party, and for civilians and everyone apart: the lowest and the highest share of the dead that the sources printed. Shares of different sources are not averaged. Where scripts run, sources can be left out here.
board-share-printed = Share printed
board-on-one-list = On one list only
board-on-several-lists = On several lists
board-disputed = Lists name different parties
board-left-out-falls = With { $lists } left out, the share of { $party } falls from { $from } to { $to }.
board-left-out-rises = With { $lists } left out, the share of { $party } rises from { $from } to { $to }.
board-left-out-same = With { $lists } left out, no party’s share changes.
board-left-out-silent = With { $lists } left out, no party is named for { $n } of { $total } counted; with all lists, for { $before } of { $all }.
board-left-out-narrows = With { $lists } left out, the range printed for { $party } narrows from { $from } to { $to }.
board-left-out-ends = With { $lists } left out, nobody is left who printed a share for { $party }; with all sources it is { $from }.
board-only-falls = According to { $lists } alone, the share of { $party } falls from { $from } to { $to }.
board-only-rises = According to { $lists } alone, the share of { $party } rises from { $from } to { $to }.
board-only-same = According to { $lists } alone, no party’s share changes.
board-only-silent = According to { $lists } alone, no party is named for { $n } of { $total } counted; with all lists, for { $before } of { $all }.
board-only-narrows = According to { $lists } alone, the range printed for { $party } narrows from { $from } to { $to }.
board-only-ends = { $lists } alone printed no share for { $party }; with all sources it is { $from }.
board-follow-explanation = Totals, charts, disagreement and the tables of sources side by side follow the choice on the whole page; what each source printed stands below them, of all. Nothing is sent; the choice is in the address.
board-follow-still = Where scripts run, sources can be left out here.
board-left-out-follow = With { $lists } left out, this page compares the other sources.
board-only-follow = According to { $lists } alone: nothing is compared.
board-none = No source is chosen, so nothing is counted.
board-nothing = none printed
board-strangers = The link named lists that have nothing in this table; they were passed over.
board-total = { $n ->
    [one] { $n } person is counted, of { $all } on any list.
   *[other] { $n } persons are counted, of { $all } on any list.
}
percent-range = { $low }–{ $high }
statements-over-time = Over time
statements-origin = Passed on by
statements-printed = What was really printed
th-stance = Position
