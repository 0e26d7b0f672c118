# Notices for the disappeared
notice-kicker = Enforced disappearance
notice-citizen = Citizen
notice-title = { $category } { $name } has been forcibly disappeared since { $year }
notice-fate = { $sex ->
    [female] Her fate is unknown to her family and to us.
   *[male] His fate is unknown to his family and to us.
}
notice-facts = Who, when and where
notice-issued-by = Notice issued by
notice-issued-on = Issued on
notice-name = Name
notice-born = Born in
notice-since = Disappeared since
notice-occupation = Occupation
notice-from = From
notice-lived-in = Lived in
notice-arrest-place = Place of arrest
notice-checkpoint = Checkpoint
notice-circumstances = Circumstances
notice-arrested-with = Arrested together with
notice-alleged-party = Alleged party
notice-alleged-body = Alleged body
notice-taken-to = Taken to
notice-last-known = Last known
notice-official-answer = Answer of the authorities
notice-family = Family
notice-steps = Steps that the family took
notice-n-others = { $n ->
    [one] { $n } other person
   *[other] { $n } other persons
}
notice-known = What is known, and from whom
notice-according-to = according to { $who }
notice-bodies = Bodies informed
notice-bodies-none = No body is recorded as informed.
notice-body-wgeid = UN Working Group on Enforced or Involuntary Disappearances
notice-body-torture = UN Special Rapporteur on torture
notice-body-counter-terrorism = UN Special Rapporteur on human rights while countering terrorism
notice-body-health = UN Special Rapporteur on the right to health
notice-body-ced = UN Committee on Enforced Disappearances
notice-missing = Of what the UN Working Group asks for at the least, this is not yet known or not yet public:
notice-min-date = the month of the arrest or of the last sighting
notice-min-place = the place of the arrest or of the last sighting
notice-min-forces = the forces believed to be responsible
notice-min-steps = the steps that the family took to find out
notice-call = We call on those who hold this person, or who know, to disclose the fate and the place, and on the bodies named to ask the authorities.
notice-send = How to send information safely
notice-send-danger = If speaking puts you or another in danger, wait. A safe witness later is worth more than an unsafe one now.
notice-send-device = Use a device that you do not share, and not a network that a party to the conflict runs.
notice-send-no-names = In a first message say only that you know something and how to reach you; no names and no places.
notice-send-not-public = Never answer in public, below a post or in a group.
notice-send-none = The publisher of this release has named no way to send information.
notice-consent = The family agreed to this publication, and the agreement is recorded. They can withdraw it at any time; the notice is then taken down.
notice-download-pdf = This notice as PDF
notice-download-card = Share image
notice-download-poster = Poster with QR code (PDF)
notice-card-detail = If you know anything: read how to send it safely.
notice-poster-missing = FORCIBLY DISAPPEARED
notice-poster-code = QR code with the address of this notice
notice-poster-scan = The notice, and how to send information safely:
notices-title = Notices for the disappeared
notices-lead = One page for each person whose family agreed to a notice.
notices-none = No notice is published in this release.

# Updates, sharing and help
feed-all = Updates
update-figure = { $source }: { $killed } ({ $period })
update-figure-of = { $source }: { $killed } ({ $place }, { $period })
update-of-party = { $what }, attributed to { $party }
update-retold = { $what }, { $pages }
update-differs = { $what }; { $n } { $pages }
update-statement = { $source }: { $words }
update-event = { $source }: { $what }
feed-events = Events
day-title = Updates of { $day }
day-n-updates = { $n ->
    [one] { $n } update
   *[other] { $n } updates
}
day-all = All days
days-title = Updates by day
days-lead = What was printed and said, on the day that its source gives.
days-feeds = Follow with a feed reader
days-th-updates = Updates
share-title = Share
help-title = How to help
