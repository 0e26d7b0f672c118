//! The dead of one page by party, as bars. A party that the page prints on several lines is one bar, so that the title, which
//! says who stands first, and the longest bar speak of the same; the lines stand in the table below.

use domain::comparison::{Retelling, Share};
use domain::{FigureId, PartyCode};

use super::Brief;
use super::numbers::Chosen;
use crate::charts::{Bar, Words, bars_titled};
use crate::doc::Block;
use crate::pages::Ctx;

/// One party of a page, its lines added; words outside the tree are a party each.
struct Added<'a> {
    party: Option<&'a PartyCode>,
    label: String,
    total: u64,
    share: Option<f64>,
    figures: Vec<FigureId>,
}

impl<'a> Added<'a> {
    /// The largest first.
    fn of(ctx: &Ctx<'_>, page: &'a Retelling) -> Vec<Self> {
        let share_of = |share: &Share| match share {
            Share::Percent(percent) => Some(*percent),
            Share::NotComputable(_) => None,
        };
        let of_tree = page.parties().into_iter().map(|(party, own)| Self {
            party: Some(party),
            label: ctx.party_name(party).text,
            total: own.total,
            share: own.share,
            figures: own.lines.iter().map(|line| line.figure.clone()).collect(),
        });
        let outside = page.lines.iter().filter(|line| line.party.is_none()).map(|line| Self {
            party: None,
            label: line.written.clone(),
            total: line.total,
            share: share_of(&line.share),
            figures: vec![line.figure.clone()],
        });
        let mut found: Vec<Self> = of_tree.chain(outside).collect();
        found.sort_by_key(|own| std::cmp::Reverse(own.total));
        found
    }
    fn is_unidentified(&self) -> bool {
        self.party.is_some_and(|party| party.as_str() == "unidentified")
    }
}

/// A bar for each party; the title says who stands first, and with which share where one can be computed. What is printed of
/// no identified party, such as mines, is attributed to nobody, and the title says that.
pub(super) fn chart(brief: &Brief<'_>, one: &Chosen<'_>, page: &Retelling) -> Option<Block> {
    let ctx = &brief.ctx;
    let parties = Added::of(ctx, page);
    let [first, _, ..] = &parties[..] else { return None };
    let source = ctx.source_short(&one.report.source).text;
    let (key, name, value) = match (first.share, first.is_unidentified()) {
        (Some(share), false) => ("chart-finding-share", "share", ctx.t.percent(share)),
        (Some(share), true) => ("chart-finding-share-nobody", "share", ctx.t.percent(share)),
        (None, false) => ("chart-finding-most", "n", ctx.worded(first.total, &first.figures)),
        (None, true) => ("chart-finding-most-nobody", "n", ctx.worded(first.total, &first.figures)),
    };
    let finding = ctx.a(
        key,
        [
            ("party", first.label.clone().into()),
            (name, value.into()),
            ("source", source.clone().into()),
            ("period", brief.period_words().into()),
        ],
    );
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
