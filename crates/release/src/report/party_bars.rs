//! The dead of one page by party, as bars. A party that the page prints on several lines is one bar, so that the title and the
//! longest bar speak of the same; the lines stand in the table below.

use domain::comparison::Retelling;
use domain::{FigureId, PartyCode};

use super::Brief;
use super::numbers::Chosen;
use crate::charts::{Bar, Words, bars_titled, holds_several};
use crate::doc::Block;
use crate::pages::Ctx;

/// One party of a page, its lines added; words outside the tree are a party each.
struct Added<'a> {
    party: Option<&'a PartyCode>,
    label: String,
    total: u64,
    /// Whether a page prints several parties in one of the numbers.
    is_joint: bool,
    /// False where the lines are of a part of the party's dead only, such as civilians under everyone's total.
    is_whole: bool,
    figures: Vec<FigureId>,
}

impl<'a> Added<'a> {
    /// The largest first.
    fn of(ctx: &Ctx<'_>, page: &'a Retelling) -> Vec<Self> {
        let of_tree = page.parties().into_iter().map(|(party, own)| {
            let figures: Vec<FigureId> = own.lines.iter().map(|line| line.figure.clone()).collect();
            let name = ctx.party_name(party).text;
            let label = match ctx.other_population(&figures, page.population) {
                Some(whom) => ctx.a("number-of-whom", [("n", name.into()), ("whom", whom.into())]),
                None => name,
            };
            Self {
                party: Some(party),
                label,
                total: own.total,
                is_joint: holds_several(ctx, &figures),
                is_whole: own.counts(page.population),
                figures,
            }
        });
        let outside = page.lines.iter().filter(|line| line.party.is_none()).map(|line| Self {
            party: None,
            label: line.written.clone(),
            total: line.total,
            is_joint: holds_several(ctx, std::slice::from_ref(&line.figure)),
            is_whole: line.population == page.population,
            figures: vec![line.figure.clone()],
        });
        let mut found: Vec<Self> = of_tree.chain(outside).collect();
        found.sort_by_key(|own| std::cmp::Reverse(own.total));
        found
    }
    fn is_unidentified(&self) -> bool {
        self.party.is_some_and(|party| party.as_str() == "unidentified")
    }
    /// Whether the number is all of one party's that the page tells.
    fn is_one_partys(&self) -> bool {
        let is_nobodys = |party: &PartyCode| matches!(party.as_str(), "unidentified" | "other" | "mixed");
        self.is_whole && !self.is_joint && !self.party.is_some_and(is_nobodys)
    }
}

/// What the title may say of the parties of a page, the largest first.
enum Finding<'p, 'a> {
    /// No other party could have as many, whosever those are that are told of nobody or not at all.
    Largest(&'p Added<'a>),
    /// Most are attributed to nobody, such as those whom mines killed.
    Nobodys(&'p Added<'a>),
    /// How many are told by party.
    Told,
}

impl<'p, 'a> Finding<'p, 'a> {
    /// `is_bound` is a total that is "at least": how many are not listed is then not known, unless the lines reach it.
    fn of(parties: &'p [Added<'a>], total: Option<u64>, is_bound: bool) -> Self {
        let Some(first) = parties.first().filter(|own| own.is_whole) else { return Self::Told };
        let sum = |of: &dyn Fn(&Added<'_>) -> bool| {
            parties.iter().filter(|own| of(own)).fold(0_u64, |sum, own| sum.saturating_add(own.total))
        };
        let Some(total) = total else { return Self::Told };
        let not_listed = total.saturating_sub(sum(&|_| true));
        if is_bound && not_listed > 0 {
            return Self::Told;
        }
        let is_alone = parties.get(1).is_none_or(|second| second.total < first.total);
        if first.is_unidentified() && is_alone && first.total > not_listed {
            return Self::Nobodys(first);
        }
        // The runner-up could have done all that is told of no single party.
        let second = parties[1..].iter().find(|own| own.is_one_partys()).map_or(0, |own| own.total);
        let open = not_listed.saturating_add(sum(&|own| !own.is_one_partys()));
        let is_largest = first.is_one_partys() && first.total > second.saturating_add(open);
        if is_largest { Self::Largest(first) } else { Self::Told }
    }
}

/// A bar for each party; the title names the largest only where no other could be larger, and gives a share only of exact numbers
/// on which the pages of the report agree.
pub(super) fn chart(brief: &Brief<'_>, one: &Chosen<'_>, page: &Retelling) -> Option<Block> {
    let ctx = &brief.ctx;
    let parties = Added::of(ctx, page);
    let [_, _, ..] = &parties[..] else { return None };
    let total = page.total.as_ref();
    let source = ctx.source_short(&one.report.source).text;
    let who = ctx.speaking_of(&source, one.report.population);
    let all = total.map(|(figure, n)| (*n, std::slice::from_ref(figure)));
    let is_bound = all.is_some_and(|(_, figures)| !ctx.said_by(figures).is_plain());
    let finding = match (Finding::of(&parties, all.map(|(n, _)| n), is_bound), all) {
        (Finding::Largest(own), Some(all)) => of_one(brief, one, own, all, "chart-finding-largest", &who),
        (Finding::Nobodys(own), Some(all)) => of_one(brief, one, own, all, "chart-finding-nobodys", &who),
        (_, all) => {
            let figures: Vec<FigureId> = parties.iter().flat_map(|own| own.figures.iter().cloned()).collect();
            let sum = parties.iter().fold(0_u64, |sum, own| sum.saturating_add(own.total));
            let args = [
                ("source", who.into()),
                ("period", brief.period_words().into()),
                ("n", ctx.worded(sum, &figures).into()),
                ("all", all.map_or_else(String::new, |(n, figures)| ctx.worded(n, figures)).into()),
            ];
            ctx.a(if all.is_some() { "chart-finding-told" } else { "chart-finding-told-of-none" }, args)
        }
    };
    let inks = crate::charts::PartyInks::of(&ctx.data.parties);
    let bar = |own: &Added<'_>| Bar {
        label: own.label.clone(),
        value: own.total,
        said: ctx.worded(own.total, &own.figures),
        ink: inks.ink(own.party),
    };
    let bars: Vec<Bar> = parties.iter().map(bar).collect();
    let unit = ctx.a("chart-unit-killed", [("who", ctx.population(one.report.population).into())]);
    let said = ctx.a("chart-source", [("source", source.into())]);
    Some(Block::Chart(bars_titled(ctx.t, &Words { finding: &finding, unit: &unit, source: &said }, &bars)))
}

/// "SOHR · civilians, March 2019: the largest number is that of …, 172 of 451 (38.1 %)".
fn of_one(
    brief: &Brief<'_>,
    one: &Chosen<'_>,
    own: &Added<'_>,
    (all, of_all): (u64, &[FigureId]),
    key: &str,
    who: &str,
) -> String {
    let ctx = &brief.ctx;
    let words = ctx.a(
        key,
        [
            ("source", who.into()),
            ("period", brief.period_words().into()),
            ("party", own.label.clone().into()),
            ("n", ctx.worded(own.total, &own.figures).into()),
            ("all", ctx.worded(all, of_all).into()),
        ],
    );
    let differs =
        one.report.totals.len() > 1 || one.report.differing_lines.iter().any(|(party, _)| Some(party) == own.party);
    let is_exact = ctx.said_by(&own.figures).is_plain() && ctx.said_by(of_all).is_plain() && !differs;
    if !is_exact || all == 0 || own.total > all {
        return words;
    }
    let share = ctx.t.percent(100.0 * own.total as f64 / all as f64);
    format!("{words} {}", ctx.a("in-brackets", [("what", share.into())]))
}
