//! What every page says in the same way: names of sources, parties and places, numbers that are links, addresses.

use std::collections::BTreeSet;

use domain::comparison::{NoShareReason, PartyLine, Retelling, Share, SumCheck};
use domain::{
    AccessionId, Caution, Exactness, Figure, FigureId, LocalText, PartyCode, PlaceCode, Population, SourceId,
};

use crate::doc::{Head, Span, Spans, id, muted, name, text};
use crate::imprint::Imprint;
use crate::index::{Index, best};
use crate::l10n::{Arg, Lang, Speech};
use crate::strata::{DISPUTED, NOT_STATED, WITHHELD};
use crate::{Dataset, Policy};

/// How those who printed a number say it: what stands beside it wherever it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    pub exactness: Exactness,
    /// Worked out by a statistical model, not counted.
    pub is_estimate: bool,
    /// Of a total that is a range, whose lower end the number is.
    pub upper: Option<u64>,
}

impl Said {
    /// The "at least", else the "about", of any of the figures.
    pub fn of<'f>(figures: impl IntoIterator<Item = &'f Figure>) -> Self {
        let own = |figure: &Figure| Self {
            exactness: figure.exactness,
            is_estimate: figure.has(Caution::StatisticalEstimate),
            upper: None,
        };
        Self::together(figures.into_iter().map(own))
    }
    fn together(each: impl Iterator<Item = Self>) -> Self {
        each.reduce(Self::and).unwrap_or(Self { exactness: Exactness::Exact, is_estimate: false, upper: None })
    }
    fn and(self, other: Self) -> Self {
        Self {
            exactness: self.exactness.and(other.exactness),
            is_estimate: self.is_estimate || other.is_estimate,
            upper: self.upper.filter(|_| self.upper == other.upper),
        }
    }
    pub fn is_plain(self) -> bool {
        self.exactness == Exactness::Exact && !self.is_estimate && self.upper.is_none()
    }
}

/// What a page is drawn with: the values, the reader's language, and how deep in the folder the page lies.
#[derive(Clone, Copy)]
pub(crate) struct Ctx<'a> {
    pub data: &'a Dataset,
    pub index: &'a Index<'a>,
    pub policy: &'a Policy,
    pub t: &'static Speech,
    pub depth: usize,
}

impl<'a> Ctx<'a> {
    pub fn lang(&self) -> &'static str {
        self.t.lang.tag()
    }
    pub fn root(&self) -> String {
        "../".repeat(self.depth)
    }
    /// The address of a page of the same language, such as `month/2019-03`; `#` and an anchor may follow.
    pub fn page(&self, path: &str) -> String {
        let (path, anchor) = path.split_once('#').map_or((path, String::new()), |(p, a)| (p, format!("#{a}")));
        format!("{}{}/{path}.html{anchor}", self.root(), self.lang())
    }
    pub fn file(&self, path: &str) -> String {
        format!("{}{path}", self.root())
    }
    /// Who publishes, in the page's language.
    pub fn imprint(&self) -> Imprint<'a> {
        Imprint::of(self.data, self.policy, self.lang())
    }
    pub fn m(&self, key: &str) -> String {
        self.t.m(key)
    }
    pub fn a<const N: usize>(&self, key: &str, args: [(&str, Arg); N]) -> String {
        self.t.a(key, args)
    }
    pub fn heads<const N: usize>(&self, keys: [(&str, bool); N]) -> Vec<(String, bool)> {
        keys.map(|(key, numeric)| (self.m(key), numeric)).to_vec()
    }
    /// A text in the page's language, or the nearest there is with its own tag.
    pub fn local(&self, words: &LocalText, otherwise: &str) -> Span {
        let (tag, found) = best(words, self.lang(), otherwise);
        if tag == self.lang() { text(found) } else { name(found, tag) }
    }
    pub fn source_name(&self, source: &SourceId) -> Span {
        match self.index.sources.get(source) {
            Some(found) => self.local(&found.names, source.as_str()),
            None => id(source.as_str()),
        }
    }
    /// The name with its acronym: two sources' names may differ by one word.
    pub fn source_in_full(&self, source: &SourceId) -> String {
        let (name, short) = (self.source_name(source).text, self.source_short(source).text);
        if name == short { name } else { format!("{name} ({short})") }
    }
    /// The acronym that readers know, else the name.
    pub fn source_short(&self, source: &SourceId) -> Span {
        match self.index.sources.get(source).and_then(|s| s.acronym.as_ref()) {
            Some(acronym) => name(acronym.clone(), "und"),
            None => self.source_name(source),
        }
    }
    /// "SNHR · civilians": the name as given, and whom its numbers speak of.
    pub fn speaking_of(&self, source: &str, population: Population) -> String {
        self.a("source-population", [("source", source.into()), ("population", self.population(population).into())])
    }
    pub fn source(&self, source: &SourceId) -> Span {
        self.linked(self.source_short(source), self.index.sources.contains_key(source), || format!("source/{source}"))
    }
    pub fn sources(&self, sources: &[SourceId]) -> Spans {
        Spans::joined(sources.iter().map(|s| self.source(s)), &self.m("list-comma"))
    }
    pub fn party_name(&self, party: &PartyCode) -> Span {
        match self.data.parties.get(party) {
            Some(found) => self.local(&found.names, party.as_str()),
            None => id(party.as_str()),
        }
    }
    pub fn party(&self, party: &PartyCode) -> Span {
        self.linked(self.party_name(party), self.data.parties.get(party).is_some(), || format!("party/{party}"))
    }
    pub fn parties(&self, parties: &[PartyCode]) -> Spans {
        Spans::joined(parties.iter().map(|p| self.party(p)), &self.m("list-plus"))
    }
    pub fn place_name(&self, place: &PlaceCode) -> Span {
        match self.data.places.get(place) {
            Some(found) => self.local(&found.names, place.as_str()),
            None => id(place.as_str()),
        }
    }
    pub fn place(&self, place: &PlaceCode) -> Span {
        self.linked(self.place_name(place), self.data.places.get(place).is_some(), || format!("place/{place}"))
    }
    fn linked(&self, span: Span, is_there: bool, path: impl Fn() -> String) -> Span {
        if is_there { span.to(self.page(&path())) } else { span }
    }
    /// A printed number in the source's own "at least" or "about", and that it is an estimate.
    pub fn printed(&self, figure: &Figure) -> String {
        self.said(figure.total, Said::of([figure]))
    }
    pub fn said(&self, n: u64, said: Said) -> String {
        let words = match said.exactness {
            Exactness::Exact => self.t.number(n),
            Exactness::AtLeast => self.a("at-least", [("n", n.into())]),
            Exactness::About => self.a("about", [("n", n.into())]),
            Exactness::AtMost => self.a("at-most", [("n", n.into())]),
        };
        let upper = said.upper.map(|upper| format!("{}{}", self.m("list-comma"), self.at_most(upper)));
        self.estimated(format!("{words}{}", upper.unwrap_or_default()), said)
    }
    fn at_most(&self, n: u64) -> String {
        self.a("at-most", [("n", n.into())])
    }
    fn estimated(&self, words: String, said: Said) -> String {
        if said.is_estimate { self.a("said-estimate", [("what", words.into())]) } else { words }
    }
    /// A counted noun or sentence, such as "at least 334 civilians were killed".
    pub fn count_said(&self, key: &str, n: u64, said: Said) -> String {
        let words = self.t.count(key, Arg::Printed(n, said.exactness));
        // One and two are words without a digit in Arabic, to which nothing could be attached.
        let is_word = self.t.lang == Lang::Ar && (n == 1 || n == 2);
        let words = match said.exactness {
            Exactness::AtLeast if is_word => self.a("at-least-words", [("what", words.into())]),
            Exactness::About if is_word => self.a("about-words", [("what", words.into())]),
            Exactness::AtMost if is_word => self.a("at-most-words", [("what", words.into())]),
            _ => words,
        };
        let words = match said.upper {
            Some(upper) => format!("{words} {}", self.a("in-brackets", [("what", self.at_most(upper).into())])),
            None => words,
        };
        self.estimated(words, said)
    }
    /// As each of these numbers is said wherever it stands.
    pub fn said_by(&self, figures: &[FigureId]) -> Said {
        Said::together(figures.iter().filter_map(|id| self.index.said.get(id)).copied())
    }
    /// A number added from several printed ones, with the "at least" or "about" of any of them.
    pub fn worded(&self, n: u64, figures: &[FigureId]) -> String {
        self.said(n, self.said_by(figures))
    }
    /// A difference of printed numbers; of bounds, rounded numbers and estimates it is one of what is printed alone.
    pub fn difference(&self, n: u64, figures: &[FigureId]) -> String {
        let words = self.t.number(n);
        if self.said_by(figures).is_plain() { words } else { self.a("as-printed", [("what", words.into())]) }
    }
    /// A printed number, as a link to the row that it stands in.
    pub fn number_of(&self, n: u64, figure: &FigureId) -> Span {
        let is_own = self.index.figures.get(figure).is_some_and(|(_, own)| own.total == n);
        let words = if is_own { self.worded(n, std::slice::from_ref(figure)) } else { self.t.number(n) };
        self.link_of(words, figure)
    }
    /// A number added from several, as a link to the first of them.
    pub fn number_added(&self, n: u64, figures: &[FigureId]) -> Span {
        match figures {
            [] => text(self.t.number(n)),
            [first, ..] => self.link_of(self.worded(n, figures), first),
        }
    }
    /// The number in one page's own words, where the page itself is shown.
    pub fn number_on_page(&self, n: u64, figure: &FigureId) -> Span {
        let own = self.index.figures.get(figure).map(|(_, own)| *own).filter(|own| own.total == n);
        let words = own.map_or_else(|| self.t.number(n), |own| self.printed(own));
        self.link_of(words, figure)
    }
    /// What stands behind the number of a line that is the lower end of a range: its upper end.
    pub fn upper_end(&self, line: &PartyLine) -> Option<(Span, FigureId)> {
        let (figure, n) = line.upper.as_ref()?;
        Some((text(self.at_most(*n)), figure.clone()))
    }
    /// A line's number, with its upper end where it is a range.
    pub fn line(&self, line: &PartyLine, number: Span) -> Spans {
        let upper = self.upper_end(line).map(|(words, figure)| self.link_of(words.text, &figure));
        Spans::joined(std::iter::once(number).chain(upper), &self.m("list-comma"))
    }
    /// How the parties of a page add up to the total that it prints, which stands in the words that `said` gives it.
    pub fn sum_words(&self, page: &Retelling, said: impl Fn(u64, &FigureId) -> String) -> Option<(SumCheck, String)> {
        let ((sum, check), (figure, total)) = (page.sum?, page.total.as_ref()?);
        let key = match check {
            SumCheck::Equal => "sum-words-equal",
            SumCheck::Exceeds => "sum-words-exceeds",
            SumCheck::Short => "sum-words-short",
            SumCheck::Incomplete => "sum-words-incomplete",
        };
        Some((check, self.a(key, [("sum", sum.into()), ("total", said(*total, figure).into())])))
    }
    fn link_of(&self, words: String, figure: &FigureId) -> Span {
        self.linked(text(words), self.index.figures.contains_key(figure), || format!("figure/{figure}"))
    }
    /// A number that several pages print: a link to each row.
    pub fn number_of_many(&self, n: u64, figures: &[FigureId]) -> Spans {
        let Some((first, rest)) = figures.split_first() else { return text(self.t.number(n)).into() };
        let mut spans = vec![self.number_of(n, first)];
        if !rest.is_empty() {
            spans.push(muted(format!(" {}", self.t.count("pages-print-it", figures.len()))));
            for figure in rest.iter().take(11) {
                spans.push(text(" "));
                spans.push(id(figure.as_str()).to(self.page(&format!("figure/{figure}"))));
            }
        }
        spans.into()
    }
    pub fn accession(&self, accession: &AccessionId) -> Span {
        self.linked(id(accession.as_str()), self.index.accessions.contains_key(accession), || {
            format!("accession/{accession}")
        })
    }
    pub fn proof(&self, index: u64) -> Span {
        text(self.m("proof-link")).to(self.file(&format!("proofs/{index}.json")))
    }
    pub fn entry(&self, index: u64) -> Span {
        id(index.to_string())
    }
    /// The whole address; a link only where it is one that a browser opens as a page.
    pub fn address(&self, address: &str) -> Span {
        Self::web(id(address), address)
    }
    /// The host of an address, where the whole would be too long.
    pub fn host(&self, address: &str) -> Span {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        Self::web(id(host.strip_prefix("www.").unwrap_or(host)), address)
    }
    fn web(span: Span, address: &str) -> Span {
        let is_page = address.starts_with("https://") || address.starts_with("http://");
        if is_page { span.to(address) } else { span }
    }
    pub fn population(&self, population: Population) -> String {
        self.m(match population {
            Population::All => "population-all",
            Population::Civilians => "population-civilians",
            Population::Combatants => "population-combatants",
        })
    }
    /// Whom the figures of a numerator count, where these are not the people of the total that they are divided by, such as
    /// civilians under everyone's total; `None` where they are. Civilians and combatants together are everyone.
    pub fn other_population<'f>(
        &self,
        figures: impl IntoIterator<Item = &'f FigureId>,
        total: Population,
    ) -> Option<String> {
        let figures = figures.into_iter().filter_map(|id| self.index.figures.get(id));
        let found: BTreeSet<Population> = figures.map(|(_, figure)| figure.population).collect();
        let both = [Population::Civilians, Population::Combatants];
        let is_everyone = total == Population::All && both.iter().all(|of| found.contains(of));
        if is_everyone || found.iter().all(|of| *of == total) {
            return None;
        }
        let words: Vec<String> = found.into_iter().map(|of| self.population(of)).collect();
        Some(words.join(&self.m("list-plus")))
    }
    pub fn no_share(&self, reason: NoShareReason) -> String {
        self.m(match reason {
            NoShareReason::JointParties => "no-share-joint-parties",
            NoShareReason::VictimGroup => "no-share-victim-group",
            NoShareReason::MissingTotal => "no-share-missing-total",
            NoShareReason::SeveralTotals => "no-share-several-totals",
            NoShareReason::ZeroTotal => "no-share-zero-total",
            NoShareReason::Range => "no-share-range",
            NoShareReason::PartyNotPrinted => "no-share-party-not-printed",
        })
    }
    pub fn share(&self, share: &Share) -> Span {
        match share {
            Share::Percent(percent) => text(self.t.percent(*percent)),
            Share::NotComputable(reason) => muted(self.no_share(*reason)),
        }
    }
    /// A line's share of its page's total, with whom it is of where the two do not count the same people.
    pub fn share_of_line(&self, line: &PartyLine, whole: Population) -> Span {
        let share = self.share(&line.share);
        if line.population == whole || !matches!(line.share, Share::Percent(_)) {
            return share;
        }
        let (part, whole) = (self.population(line.population), self.population(whole));
        let among = self.a("population-among", [("part", part.into()), ("whole", whole.into())]);
        text(self.a("number-of-whom", [("n", share.text.into()), ("whom", among.into())]))
    }
    pub fn sum_check(&self, check: SumCheck) -> String {
        self.m(match check {
            SumCheck::Equal => "sum-equal",
            SumCheck::Exceeds => "sum-exceeds",
            SumCheck::Short => "sum-short",
            SumCheck::Incomplete => "sum-incomplete",
        })
    }
}

/// A column for a party, for "disputed" or for "not stated".
pub(crate) fn attribution_label(ctx: &Ctx<'_>, key: &str) -> Spans {
    match (key, PartyCode::new(key)) {
        (DISPUTED, _) => ctx.m("attribution-disputed").into(),
        (NOT_STATED, _) => ctx.m("attribution-not-stated").into(),
        (WITHHELD, _) => muted(ctx.m("attribution-withheld")).into(),
        (_, Ok(code)) => ctx.party(&code).into(),
        _ => id(key).into(),
    }
}

/// A heading made of spans.
pub(crate) fn head(words: impl Into<Spans>, numeric: bool) -> Head {
    Head { text: words.into(), numeric, of: None }
}
