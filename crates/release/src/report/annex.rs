//! The annex: every printed number that the report rests on, as it was printed, with the page that prints it.

use domain::{Figure, Language};

use super::numbers::compared;
use super::{Brief, heading, plain};
use crate::doc::{Block, Doc, Row, Spans, Table, id, name, text};
use crate::pages::measure;

/// True for a figure that has a row in the annex: of the period, or of a period it is compared with.
pub(super) fn holds(brief: &Brief<'_>, figure: &Figure) -> bool {
    figure.period == brief.period || (brief.trusts(&figure.source) && is_compared(brief, figure))
}

fn is_compared(brief: &Brief<'_>, figure: &Figure) -> bool {
    figure.role == domain::FigureRole::Total && compared(&brief.period).contains(&figure.period)
}

pub(super) fn figures(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    doc.push(heading(brief, "annex", "report-annex"));
    doc.push(Block::note(ctx.m("report-annex-note")));
    let heads = [
        ("th-figure", false),
        ("th-source", false),
        ("th-period", false),
        ("th-measure", false),
        ("th-written", false),
        ("th-number", true),
        ("th-addresses", false),
    ];
    let mut table = Table::new(ctx.m("report-annex"), ctx.heads(heads));
    let mut found: Vec<&Figure> = brief.data().figures.iter().map(|(_, f)| f).filter(|f| holds(brief, f)).collect();
    found.sort_by(|a, b| {
        (a.period != brief.period, a.measure, &a.source, &a.address, a.row).cmp(&(
            b.period != brief.period,
            b.measure,
            &b.source,
            &b.address,
            b.row,
        ))
    });
    for figure in found {
        let what: Spans = vec![
            text(measure(ctx, figure.measure, figure.has(domain::Caution::MassacresOnly))),
            text(ctx.m("title-separator")),
            text(ctx.population(figure.population)),
        ]
        .into();
        let mut row = Row::new(vec![
            id(figure.id.as_str()).into(),
            plain(ctx.source_short(&figure.source)).into(),
            ctx.t.period(&figure.period).into(),
            what,
            name(&figure.party.written, Language::guess(&figure.party.written).as_str()).into(),
            ctx.printed(figure).into(),
            ctx.host(&figure.address).into(),
        ]);
        row.id = Some(figure.id.as_str().to_owned());
        table.rows.push(row);
    }
    doc.push(Block::Table(table));
}
