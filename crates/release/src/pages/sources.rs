//! What the sources print for the same parties, side by side, and how far apart they are.

use domain::comparison::{PartySpread, SideBySide};
use domain::{Population, SourceId};

use super::board::Followed;
use super::words::{Ctx, head};
use crate::doc::{Block, Doc, Head, Row, Spans, Table, muted, text};

/// One table for each population for which at least two sources print the same party.
pub(super) fn by_party(ctx: &Ctx<'_>, side: &SideBySide, followed: &mut Followed<'_>, doc: &mut Doc) {
    for population in [Population::All, Population::Civilians, Population::Combatants] {
        let spreads: Vec<&PartySpread> = side.by_party.iter().filter(|s| s.population == population).collect();
        if !spreads.is_empty() {
            let title = ctx.a("sources-by-party", [("population", ctx.population(population).into())]);
            doc.push(Block::h3(title.clone()));
            doc.push(Block::note(ctx.m("sources-by-party-note")));
            doc.push(Block::Table(table(ctx, title, &spreads, followed)));
        }
    }
}

fn table(ctx: &Ctx<'_>, title: String, spreads: &[&PartySpread], followed: &mut Followed<'_>) -> Table {
    let mut sources: Vec<&SourceId> = spreads.iter().flat_map(|s| s.printed.iter().map(|(source, _)| source)).collect();
    sources.sort();
    sources.dedup();
    let mut table = Table::new(title, Vec::new());
    table.stack = false;
    table.quiet = true;
    table.heads.push(head(ctx.m("th-party-tree"), false));
    let of = |source: &SourceId| Some(source.to_string());
    table.heads.extend(sources.iter().map(|source| Head { of: of(source), ..head(ctx.source(source), true) }));
    table.heads.push(head(ctx.m("th-difference"), true));
    for spread in spreads {
        let mut cells: Vec<Spans> = vec![ctx.party(&spread.party).into()];
        cells.extend(sources.iter().map(|source| numbers(ctx, spread, source)));
        let (low, high) = spread.range();
        let figures: Vec<_> = spread.printed.iter().flat_map(|(_, n)| n).flat_map(|(_, f)| f).cloned().collect();
        cells.push(ctx.difference(high.saturating_sub(low), &figures).into());
        let difference = Some(followed.difference(ctx, spread));
        table.rows.push(Row { difference, ..Row::new(cells) });
    }
    table
}

/// The numbers of one source, with how many of its lines were added to give each.
fn numbers(ctx: &Ctx<'_>, spread: &PartySpread, source: &SourceId) -> Spans {
    let Some((_, numbers)) = spread.printed.iter().find(|(id, _)| id == source) else {
        return muted(ctx.m("not-printed")).into();
    };
    let mut spans = Vec::new();
    for (n, figures) in numbers {
        if !spans.is_empty() {
            spans.push(text(ctx.m("list-or")));
        }
        spans.push(ctx.number_added(*n, figures));
        if figures.len() > 1 {
            spans.push(muted(format!(" {}", ctx.t.count("lines-added", figures.len()))));
        }
    }
    spans.into()
}
