//! The report on a period, in the form that monitors publish, from the numbers that sources printed and the persons
//! whom lists document. It never adds numbers of different sources, and says why where there is no share.

mod annex;
mod compare;
mod front;
mod numbers;
mod parties;
mod party_bars;
mod persons;
mod write;

use std::collections::BTreeSet;

use domain::comparison::{PartyLine, PrintedNumber};
use domain::{FigureId, Period, SourceId, TrustSet, TrustSetId};

use crate::Dataset;
use crate::doc::{Block, Doc, Span, Spans, text};
use crate::pages::Ctx;

pub(crate) use front::killed_key;
pub(crate) use numbers::Chosen;
pub(crate) use write::{Making, check, made_on, write};
pub use write::{Written, report};

/// Which report: a period, and whom its reader trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportOf {
    pub period: Period,
    pub trust: TrustSetId,
}

impl ReportOf {
    /// The report's name in addresses: `2019-03-syrian-monitors`.
    pub fn slug(&self) -> String {
        format!("{}-{}", crate::index::period_slug(&self.period), self.trust)
    }

    /// Where its numbers are in a release.
    pub(crate) fn csv(&self) -> String {
        format!("data/report/{}.csv", self.slug())
    }
}

/// What every section is drawn from.
struct Brief<'a> {
    ctx: Ctx<'a>,
    period: Period,
    set: &'a TrustSet,
    trusted: BTreeSet<&'a SourceId>,
    boundaries: Option<&'a crate::maps::Boundaries>,
}

impl<'a> Brief<'a> {
    fn data(&self) -> &'a Dataset {
        self.ctx.data
    }
    fn trusts(&self, source: &SourceId) -> bool {
        self.trusted.contains(source)
    }
    /// The report's name in addresses.
    fn csv(&self) -> String {
        ReportOf { period: self.period, trust: self.set.id.clone() }.csv()
    }
    fn period_words(&self) -> String {
        self.ctx.t.period(&self.period)
    }
    /// A number in the words of the figures that print it, as a link to the row of the first in the annex.
    fn number(&self, n: u64, figures: &[FigureId]) -> Span {
        self.row_of(text(self.ctx.worded(n, figures)), figures.first())
    }
    /// A line's number, with its upper end where it is a range.
    fn line(&self, line: &PartyLine) -> Spans {
        let number = self.number(line.total, std::slice::from_ref(&line.figure));
        let upper = self.ctx.upper_end(line).map(|(words, figure)| self.row_of(words, Some(&figure)));
        Spans::joined(std::iter::once(number).chain(upper), &self.ctx.m("list-comma"))
    }
    /// The numbers that pages of one report print, `first` before the others.
    fn numbers(&self, printed: &[PrintedNumber], first: u64) -> Spans {
        let (own, others): (Vec<_>, Vec<_>) = printed.iter().partition(|(n, _)| *n == first);
        let all = own.into_iter().chain(others).map(|(n, figures)| self.number(*n, figures));
        Spans::joined(all, &self.ctx.m("list-or"))
    }
    /// Words as a link to a figure's row in the annex, where it has one.
    fn row_of(&self, span: Span, figure: Option<&FigureId>) -> Span {
        match figure.and_then(|id| self.ctx.index.figures.get(id)) {
            Some((_, figure)) if annex::holds(self, figure) => span.to(format!("#{}", figure.id)),
            _ => span,
        }
    }
    /// That no number was printed on the matter of a section; and where persons are counted, if lists document some.
    fn nothing_printed(&self) -> Block {
        let period = [("period", self.period_words().into())];
        match persons::documented(self) {
            Some(_) => Block::para(text(self.ctx.a("report-none-but-listed", period)).to("#documented".to_owned())),
            None => Block::para(self.ctx.a("report-none-for", period)),
        }
    }
    fn trust_name(&self) -> String {
        self.ctx.local(&self.set.names, self.set.id.as_str()).text
    }
}

/// A report stands alone, so names in it are not links to the site.
fn plain(span: Span) -> Span {
    Span { href: None, ..span }
}

fn plain_all(spans: Spans) -> Spans {
    spans.spans.into_iter().map(plain).collect::<Vec<_>>().into()
}

/// `None` when the trust set is not in the data.
fn brief<'a>(ctx: Ctx<'a>, of: &ReportOf, boundaries: Option<&'a crate::maps::Boundaries>) -> Option<Brief<'a>> {
    let set = ctx.data.trust_sets.iter().find(|set| set.id == of.trust)?;
    let trusted = numbers::trusted(ctx.data, &of.trust)?;
    Some(Brief { ctx, period: of.period, set, trusted, boundaries })
}

/// The report in one language.
fn doc(brief: &Brief<'_>) -> Doc {
    let ctx = &brief.ctx;
    let title = ctx.a("report-title", [("period", brief.period_words().into())]);
    let mut doc = Doc::new(ctx.a("report-kicker", [("trust", brief.trust_name().into())]), title);
    doc.preview = front::in_short(brief);
    front::headline(brief, &mut doc);
    front::method(brief, &mut doc);
    front::definitions(brief, &mut doc);
    parties::by_party(brief, &mut doc);
    parties::children_and_women(brief, &mut doc);
    parties::other_measures(brief, &mut doc);
    parties::governorates(brief, &mut doc);
    compare::over_time(brief, &mut doc);
    compare::other_sources(brief, &mut doc);
    front::limits(brief, &mut doc);
    persons::counted(brief, &mut doc);
    persons::cases(brief, &mut doc);
    annex::figures(brief, &mut doc);
    doc
}

/// A section's heading, with an id that the contents lead to.
fn heading(brief: &Brief<'_>, id: &str, key: &str) -> Block {
    Block::h2_at(id, brief.ctx.m(key))
}
