//! The annex: every printed number that the report rests on, as it was printed, with the page that prints it.

use domain::{Figure, FigureRole, Language};

use super::numbers::compared;
use super::{Brief, heading, plain};
use crate::doc::{Block, Doc, Row, Spans, Table, id, name, text};
use crate::invented::Invented;
use crate::pages::measure;

/// True for a figure that has a row in the annex: of the period, or of a period it is compared with.
pub(super) fn holds(brief: &Brief<'_>, figure: &Figure) -> bool {
    figure.period == brief.period || (brief.trusts(&figure.source) && is_compared(brief, figure))
}

fn is_compared(brief: &Brief<'_>, figure: &Figure) -> bool {
    figure.role == FigureRole::Total && compared(&brief.period).contains(&figure.period)
}

/// The figures of the annex and of the file beside the report, in one order.
pub(super) fn rows<'a>(brief: &Brief<'a>) -> Vec<&'a (u64, Figure)> {
    let mut found: Vec<_> = brief.data().figures.iter().filter(|(_, f)| holds(brief, f)).collect();
    found.sort_by_key(|(_, f)| (f.period != brief.period, f.measure, &f.source, &f.address, f.row));
    found
}

fn role(role: FigureRole) -> &'static str {
    match role {
        FigureRole::Total => "report-role-total",
        FigureRole::ByParty => "report-role-by-party",
        FigureRole::VictimGroup => "report-role-victim-group",
    }
}

pub(super) fn figures(brief: &Brief<'_>, doc: &mut Doc) {
    let ctx = &brief.ctx;
    doc.push(heading(brief, "annex", "report-annex"));
    doc.push(Block::note(ctx.a("report-annex-note", [("file", brief.csv().into())])));
    doc.invented |= Invented::among(rows(brief).iter().map(|(_, figure)| ctx.index.is_invented(&figure.source)));
    let heads = [
        ("th-figure", false),
        ("th-source", false),
        ("th-period", false),
        ("th-place", false),
        ("th-measure", false),
        ("th-written", false),
        ("th-number", true),
        ("th-addresses", false),
    ];
    let mut table = Table::new(ctx.m("report-annex"), ctx.heads(heads));
    for (_, figure) in rows(brief) {
        let what: Spans = vec![
            text(measure(ctx, figure.measure, figure.has(domain::Caution::MassacresOnly))),
            text(ctx.m("title-separator")),
            text(ctx.population(figure.population)),
            text(ctx.m("title-separator")),
            text(ctx.m(role(figure.role))),
        ]
        .into();
        let place = match &figure.place.code {
            Some(code) => plain(ctx.place_name(code)).into(),
            None => {
                let written = figure.place.written.iter().map(|w| name(w, Language::guess(w).as_str()));
                Spans::joined(written, &ctx.m("list-comma"))
            }
        };
        // A group of victims is named in the note; its party column says "all parties".
        let group = figure.note.as_ref().filter(|_| figure.role == FigureRole::VictimGroup);
        let written = group.unwrap_or(&figure.party.written);
        let mut row = Row::new(vec![
            id(figure.id.as_str()).into(),
            plain(ctx.source_short(&figure.source)).into(),
            ctx.t.period(&figure.period).into(),
            place,
            what,
            name(written, Language::guess(written).as_str()).into(),
            ctx.printed(figure).into(),
            ctx.host(&figure.address).into(),
        ]);
        row.id = Some(figure.id.as_str().to_owned());
        table.rows.push(row);
    }
    doc.push(Block::Table(table));
}
