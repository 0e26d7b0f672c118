//! Look-ups over a data set that many pages need, made once.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use domain::comparison::{PrintedEnd, Report, Retelling, SideBySide};
use domain::count::Tally;
use domain::person::{Attribute, Said as SaidOf};
use domain::{
    Accession, AccessionId, Event, Figure, FigureId, LocalText, Month, Name, PartyCode, Period, Person, PersonId,
    PlaceCode, Record, Source, SourceId, TrustSetId, UncertainDate,
};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::charts::story::{Calendar, Flow};
use crate::invented::Invented;
use crate::pages::Said;
use crate::parts::{Listed, Nth};
use crate::reading::Reader;
use crate::signature::{Everybody, Signatures};
use crate::strata::{Counted, Dimension, Group, Rows, RowsOf, Telling, WITHHELD, rows_of, strata};
use crate::suppress::Suppressed;
use crate::{Dataset, Known, Policy, policy};

pub(crate) struct Index<'a> {
    pub sources: BTreeMap<&'a SourceId, &'a Source>,
    tallies: &'a [(TrustSetId, Tally)],
    pub accessions: BTreeMap<&'a AccessionId, (u64, &'a Accession)>,
    pub figures: BTreeMap<&'a FigureId, (u64, &'a Figure)>,
    /// How a figure's number is said: as by all pages of its source that print the same number of the same dead.
    pub said: BTreeMap<&'a FigureId, Said>,
    /// The upper end of each printed range by the figure of the lower one, and the other way round.
    pub upper_of: BTreeMap<&'a FigureId, &'a PrintedEnd>,
    pub lower_of: BTreeMap<&'a FigureId, &'a FigureId>,
    /// Where each person is among all persons of the data set.
    pub nth_of: FxHashMap<&'a PersonId, usize>,
    /// The names of each person, once a page asks.
    names: Vec<OnceLock<Attribute<Name>>>,
    pub reader: Reader<'a>,
    /// The date of death to display of each person, once a report asks for those of a period.
    dates: OnceLock<Vec<Option<UncertainDate>>>,
    /// Each person with her records.
    pub rows_of: RowsOf<'a>,
    /// Months and other periods that have a page: everything printed for the period.
    pub periods: BTreeMap<String, Vec<&'a SideBySide>>,
    pub reports_of: BTreeMap<&'a SourceId, Vec<&'a Report>>,
    pub records_of: BTreeMap<&'a AccessionId, Vec<(u64, &'a Record)>>,
    pub events_of_place: BTreeMap<&'a PlaceCode, Vec<(u64, &'a Event)>>,
    /// Events in a place or in a place within it, for every place that has any.
    pub events_within: BTreeMap<&'a PlaceCode, EventsWithin>,
    /// Per accession: events whose place is in no table.
    pub events_elsewhere: BTreeMap<&'a AccessionId, Vec<(u64, &'a Event)>>,
    /// Places with a dated total, so that a feed of theirs has something to tell.
    pub places_with_news: BTreeSet<&'a PlaceCode>,
    pub n_events: BTreeMap<&'a AccessionId, u64>,
    /// Journal indices of records that may be shown with a name.
    pub open_records: FxHashSet<u64>,
    /// Of each person, whether her name may be shown.
    pub is_open: Vec<bool>,
    /// By the journal index of the record.
    pub person_of: FxHashMap<u64, &'a PersonId>,
    pub signatures: Everybody,
    pub groups: BTreeMap<(&'a TrustSetId, Dimension), Group>,
    counted: BTreeMap<&'a TrustSetId, Vec<Nth>>,
    /// Made when it is first asked for.
    pub calendar: OnceLock<Option<Calendar>>,
    pub flow: OnceLock<Option<Flow>>,
    /// Counts that the policy's minimum keeps from being printed.
    pub suppressed: BTreeMap<&'a TrustSetId, Suppressed>,
}

/// Events in a place or in a place within it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct EventsWithin {
    pub n: u64,
    pub invented: Invented,
}

/// The address of a period's page: `2019-03`, `2019`, or `2019-01-01_2019-06-30`.
pub(crate) fn period_slug(period: &Period) -> String {
    match (period.as_month(), period.as_year()) {
        (Some(month), _) => month.to_string(),
        (_, Some(year)) => format!("{year:04}"),
        _ => format!("{}_{}", period.start(), period.end()),
    }
}

impl<'a> Index<'a> {
    /// Persons that a trust set counts, in the order of their ids, each with the date of death to display.
    pub fn counted(&self, trust: &TrustSetId) -> impl Iterator<Item = (&'a Known, Option<UncertainDate>)> {
        let counted = self.counted.get(trust).map_or(&[][..], Vec::as_slice);
        let dates = self.dates();
        counted.iter().filter_map(|nth| Some((self.nth(*nth)?, *dates.get(*nth as usize)?)))
    }

    fn nth(&self, nth: Nth) -> Option<&'a Known> {
        self.rows_of.get(nth as usize).map(|rows| rows.person)
    }

    /// Persons of lists.
    pub fn listed(&self, list: impl IntoIterator<Item = Nth>) -> impl Iterator<Item = &'a Known> {
        list.into_iter().filter_map(|nth| self.nth(nth))
    }

    pub fn person(&self, id: &PersonId) -> Option<&'a Known> {
        Some(self.rows_of.get(*self.nth_of.get(id)?)?.person)
    }

    /// All that is said of a person of the data set.
    pub fn said(&self, id: &PersonId) -> Option<Person> {
        let Rows { person, records, .. } = self.rows_of.get(*self.nth_of.get(id)?)?;
        let whole: Vec<Cow<'_, Record>> = records.iter().map(|record| self.reader.whole(record)).collect();
        Some(person.said(&whole.iter().map(|record| &**record).collect::<Vec<_>>()))
    }

    /// The names of a person of the data set.
    pub fn names(&self, id: &PersonId) -> &[SaidOf<Name>] {
        let found = || {
            let nth = *self.nth_of.get(id)?;
            let Rows { person, records, .. } = self.rows_of.get(nth)?;
            let said = || records.iter().map(|record| (*record, self.reader.names(record).into_owned()));
            Some(self.names.get(nth)?.get_or_init(|| person.names(said())))
        };
        found().map_or(&[], Vec::as_slice)
    }

    /// The place of death to display of a person.
    pub fn place(&self, id: &PersonId) -> Option<PlaceCode> {
        let Rows { person, records, .. } = self.rows_of.get(*self.nth_of.get(id)?)?;
        person.said(records).place.into_iter().next().map(|said| said.value)
    }

    fn dates(&self) -> &[Option<UncertainDate>] {
        let date = |rows: &Rows<'a>| rows.person.date(&rows.records);
        self.dates.get_or_init(|| self.rows_of.par_iter().map(date).collect())
    }

    /// The date of death to display of a person.
    pub fn date(&self, id: &PersonId) -> Option<UncertainDate> {
        *self.dates().get(*self.nth_of.get(id)?)?
    }

    /// The attribution under a trust set of each person of whom it may be told.
    pub fn attributions(&self, trust: &TrustSetId) -> FxHashMap<&'a PersonId, &str> {
        let group = self.groups.iter().find(|((id, dimension), _)| *id == trust && *dimension == Dimension::Party);
        let rows = group.into_iter().flat_map(|(_, group)| group.rows.values().flatten());
        rows.flat_map(|(attribution, list)| self.listed(list.iter()).map(move |p| (&p.id, attribution.as_str())))
            .collect()
    }

    pub fn new(data: &'a Dataset, policy: &Policy) -> Self {
        let mut periods: BTreeMap<String, Vec<&SideBySide>> = BTreeMap::new();
        for side in &data.months {
            periods.entry(period_slug(&side.period)).or_default().push(side);
        }
        for sides in periods.values_mut() {
            // The country before its parts, killed before other measures.
            sides.sort_by(|a, b| (a.measure, !whole(&a.place), &a.place).cmp(&(b.measure, !whole(&b.place), &b.place)));
        }
        let mut reports_of: BTreeMap<&SourceId, Vec<&Report>> = BTreeMap::new();
        for report in &data.reports {
            reports_of.entry(&report.source).or_default().push(report);
        }
        let mut records_of: BTreeMap<&AccessionId, Vec<(u64, &Record)>> = BTreeMap::new();
        for (index, record) in data.records.values() {
            records_of.entry(&record.accession).or_default().push((*index, record));
        }
        for rows in records_of.values_mut() {
            rows.sort_by_key(|(_, record)| record.row);
        }
        let mut events_of_place: BTreeMap<&PlaceCode, Vec<(u64, &Event)>> = BTreeMap::new();
        let mut events_elsewhere: BTreeMap<&AccessionId, Vec<(u64, &Event)>> = BTreeMap::new();
        let mut n_events: BTreeMap<&AccessionId, u64> = BTreeMap::new();
        for (index, event) in &data.events {
            *n_events.entry(&event.accession).or_default() += 1;
            match event.place.as_ref().and_then(|p| p.code.as_ref()).filter(|code| data.places.get(code).is_some()) {
                Some(code) => events_of_place.entry(code).or_default().push((*index, event)),
                None => events_elsewhere.entry(&event.accession).or_default().push((*index, event)),
            }
        }
        let sources: BTreeMap<&SourceId, &Source> = data.sources.iter().map(|s| (&s.id, s)).collect();
        let mut events_within: BTreeMap<&PlaceCode, EventsWithin> = BTreeMap::new();
        for (code, events) in &events_of_place {
            let is_invented = |(_, e): &(u64, &Event)| sources.get(&e.source).is_some_and(|s| s.invented);
            let invented = Invented::among(events.iter().map(is_invented));
            let above = |place: &&'a domain::Place| data.places.get(place.parent.as_ref()?);
            for place in std::iter::successors(data.places.get(code), above) {
                let within = events_within.entry(&place.code).or_default();
                within.n += events.len() as u64;
                within.invented |= invented;
            }
        }
        let rows_of = rows_of(data);
        let policy::Open { persons: is_open, records: open_records } = policy::open(data, policy, &rows_of);
        let telling = Telling { policy, is_open: &is_open };
        let tables = |(at, (id, tally)): (usize, &'a (TrustSetId, Tally))| {
            let own = strata(data, at, tally, &rows_of);
            let persons = Counted::new(data, at, tally, &rows_of, &own);
            let group = |dimension: &Dimension| ((id, *dimension), persons.group(tally, *dimension, &telling));
            let groups: Vec<_> = Dimension::ALL.par_iter().map(group).collect();
            (groups, (id, persons.persons.iter().map(|(nth, _)| *nth).collect()))
        };
        let person_of = || -> FxHashMap<_, _> {
            rows_of.iter().flat_map(|rows| rows.entries.iter().map(|entry| (*entry, &rows.person.id))).collect()
        };
        let of_tallies = || -> (Vec<_>, BTreeMap<_, _>) { data.tallies.par_iter().enumerate().map(tables).unzip() };
        let signatures = || (Everybody::new(data, &rows_of), person_of());
        let ((groups, counted), (signatures, person_of)) = rayon::join(of_tallies, signatures);
        Self {
            tallies: &data.tallies,
            sources,
            accessions: data.accessions.iter().map(|(i, a)| (&a.id, (*i, a))).collect(),
            figures: data.figures.iter().map(|(i, f)| (&f.id, (*i, f))).collect(),
            said: said(data.figures.iter().map(|(_, f)| f), &data.reports),
            lower_of: ranges(&data.reports).map(|(lower, (upper, _))| (upper, lower)).collect(),
            upper_of: ranges(&data.reports).collect(),
            nth_of: data.persons.iter().enumerate().map(|(nth, p)| (&p.id, nth)).collect(),
            names: data.persons.iter().map(|_| OnceLock::new()).collect(),
            reader: Reader::default(),
            dates: OnceLock::new(),
            periods,
            reports_of,
            records_of,
            events_of_place,
            events_within,
            events_elsewhere,
            n_events,
            places_with_news: data
                .figures
                .iter()
                .filter_map(|(_, f)| f.place.code.as_ref().filter(|_| is_news(f)))
                .collect(),
            open_records,
            is_open,
            groups: groups.into_iter().flatten().collect(),
            counted,
            calendar: OnceLock::new(),
            flow: OnceLock::new(),
            suppressed: Suppressed::of_all(&data.tallies, policy.minimum_cell),
            signatures,
            rows_of,
            person_of,
        }
    }

    /// Persons behind some rows of a table of counts, by what each list says of the party; `None` where all may not be told of each
    /// of them, and where there is nothing to choose.
    pub fn signatures_of(
        &self,
        trust: &TrustSetId,
        dimension: Dimension,
        is_asked: impl Fn(&str) -> bool,
    ) -> Option<Signatures> {
        let group = self.groups.get(&(trust, dimension))?;
        let rows: Vec<_> = group.rows.iter().filter(|(value, _)| is_asked(value)).map(|(_, lists)| lists).collect();
        let is_told = !group.withheld.keys().any(|value| is_asked(value))
            && !rows.iter().any(|lists| lists.contains_key(WITHHELD));
        let members = || rows.iter().flat_map(|lists| lists.values()).flat_map(Listed::iter).map(|nth| nth as usize);
        is_told.then(|| self.signatures.of(members())).flatten()
    }

    /// The choice with most sources, which charts of all persons are drawn from.
    pub fn widest(&self) -> Option<(&'a TrustSetId, &'a Tally)> {
        self.tallies.iter().rev().max_by_key(|(_, tally)| tally.lists.len()).map(|(id, tally)| (id, tally))
    }
    pub fn is_open(&self, person: &Known) -> bool {
        self.nth_of.get(&person.id).and_then(|nth| self.is_open.get(*nth)) == Some(&true)
    }
    pub fn is_invented(&self, source: &SourceId) -> bool {
        self.sources.get(source).is_some_and(|s| s.invented)
    }
}

/// A total of those killed with the day on which it was printed: what updates tell.
pub(crate) fn is_news(figure: &Figure) -> bool {
    figure.published_on.is_some()
        && figure.role == domain::FigureRole::Total
        && figure.measure == domain::Measure::Killed
        && !figure.has(domain::Caution::MassacresOnly)
}

/// Pages that retell one number may say it in several ways; it has one wherever it stands.
fn said<'a>(figures: impl Iterator<Item = &'a Figure>, reports: &'a [Report]) -> BTreeMap<&'a FigureId, Said> {
    let mut same: BTreeMap<_, Vec<&Figure>> = BTreeMap::new();
    for f in figures {
        let of = (f.period, &f.source, &f.place.code, &f.place.written, f.measure, f.population);
        // A party's name is each page's own; where the table has the party that tells it.
        let party = (f.role, &f.party.code, f.party.code.is_none().then_some(&f.party.written));
        let group = (f.role == domain::FigureRole::VictimGroup).then_some(&f.note);
        same.entry((of, party, group, f.has(domain::Caution::MassacresOnly), f.total)).or_default().push(f);
    }
    let said = |group: Vec<&'a Figure>| {
        let said = Said::of(group.iter().copied());
        group.into_iter().map(move |f| (&f.id, said)).collect::<Vec<_>>()
    };
    let mut said: BTreeMap<_, _> = same.into_values().flat_map(said).collect();
    // Of a line by party the upper end is shown beside the number.
    for (lower, (_, n)) in retellings(reports).flat_map(|page| &page.upper_ends) {
        said.entry(lower).and_modify(|said| said.upper = Some(*n));
    }
    said
}

fn retellings(reports: &[Report]) -> impl Iterator<Item = &Retelling> {
    reports.iter().flat_map(|report| &report.retellings)
}

/// Printed ranges, totals and lines by party, each as the figure of its lower end and the upper one.
fn ranges(reports: &[Report]) -> impl Iterator<Item = (&FigureId, &PrintedEnd)> {
    retellings(reports).flat_map(|page| {
        let lines = page.lines.iter().filter_map(|line| Some((&line.figure, line.upper.as_ref()?)));
        page.upper_ends.iter().map(|(lower, upper)| (lower, upper)).chain(lines)
    })
}

fn whole(place: &Option<PlaceCode>) -> bool {
    place.as_ref().is_none_or(|p| p.as_str() == "SY")
}

/// True for figures about the whole country.
pub(crate) fn is_whole_country(place: &Option<PlaceCode>) -> bool {
    whole(place)
}

/// What one source printed for one party in one month.
pub(crate) struct PartyMonth<'a> {
    pub month: Month,
    pub report: &'a Report,
    /// The sum of a page's lines for the party, as most pages have it, and the lines added.
    pub total: u64,
    pub lines: Vec<&'a domain::comparison::PartyLine>,
    /// Other sums that other pages give.
    pub others: Vec<(u64, Vec<&'a FigureId>)>,
}

/// Killed in the whole country by one party, month by month. Where pages differ, the number that most pages
/// print stands first (the lowest among equals) and the others are kept beside it.
pub(crate) fn months_of_party<'a>(data: &'a Dataset, party: &PartyCode) -> Vec<PartyMonth<'a>> {
    let mut found = Vec::new();
    for report in &data.reports {
        let Some(month) = report.period.as_month() else { continue };
        if report.measure != domain::Measure::Killed || report.massacres_only || !whole(&report.place) {
            continue;
        }
        let mut sums: BTreeMap<u64, Vec<Vec<_>>> = BTreeMap::new();
        for page in &report.retellings {
            if let Some(own) = page.counted_parties().remove(&party) {
                sums.entry(own.total).or_default().push(own.lines);
            }
        }
        let Some(first) = sums.iter().max_by_key(|(total, pages)| (pages.len(), std::cmp::Reverse(**total))) else {
            continue;
        };
        let (total, lines) = (*first.0, first.1[0].clone());
        let others = sums
            .iter()
            .filter(|(sum, _)| **sum != total)
            .map(|(sum, pages)| (*sum, pages.iter().flatten().map(|line| &line.figure).collect()))
            .collect();
        found.push(PartyMonth { month, report, total, lines, others });
    }
    found.sort_by(|a, b| {
        (a.month, &a.report.source, a.report.population).cmp(&(b.month, &b.report.source, b.report.population))
    });
    found
}

/// A text in the language asked for, with its tag.
pub(crate) fn best<'a>(names: &'a LocalText, lang: &str, otherwise: &'a str) -> (&'a str, &'a str) {
    names.best(lang).map_or(("und", otherwise), |(tag, text)| (tag.as_str(), text))
}
