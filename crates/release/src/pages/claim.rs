//! A quoted share, and each source's answer side by side.

use domain::claim::{ClaimPage, NoShare, ShareOfFigures, Verdict};

use super::words::Ctx;
use crate::doc::{Block, Doc, Span, Spans, Table, id, muted, strong, text};
use crate::invented::Invented;

fn verdict(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Found => ("verdict-found", "found"),
        Verdict::NotFound => ("verdict-not-found", "not-found"),
        Verdict::NothingPrinted => ("verdict-nothing-printed", "nothing-printed"),
    }
}

/// Whether the sources whose numbers answer the claim, and who said it, are invented.
fn invented(ctx: &Ctx<'_>, claim: &ClaimPage) -> Invented {
    let answer = &claim.answer;
    let shares = [
        &answer.printed_by_source,
        &answer.nearest,
        &answer.other_sources,
        &answer.same_source_nearby,
        &answer.same_source_elsewhere,
    ];
    let answering = shares.into_iter().flatten().map(|share| &share.source).chain(&answer.claim.attributed_to);
    let statements = ctx.data.statements.iter().map(|(_, s)| s);
    let quoting = statements.filter(|s| super::statements::is_quoted(s, claim)).map(|s| &s.source);
    Invented::among(answering.chain(quoting).map(|source| ctx.index.is_invented(source)))
}

pub(super) fn index(ctx: &Ctx<'_>) -> Doc {
    let mut doc = Doc::new(ctx.m("nav-claims"), ctx.m("claims-title"));
    doc.push(Block::lead(ctx.m("claims-lead")));
    for claim in &ctx.data.claims {
        doc.invented |= invented(ctx, claim);
        doc.push(teaser(ctx, claim));
    }
    doc
}

/// The claim with its verdict and the way to its page.
pub(super) fn teaser(ctx: &Ctx<'_>, claim: &ClaimPage) -> Block {
    let (key, class) = verdict(claim.answer.verdict);
    let words = Span { href: Some(ctx.page(&format!("claim/{}", claim.slug))), ..ctx.local(&claim.words, &claim.slug) };
    let mut blocks = vec![Block::Para { class: "claim-words", text: words.into() }];
    blocks.extend(said(ctx, claim).into_iter().map(Block::para));
    if let Some(headline) = headline(ctx, claim) {
        blocks.push(Block::para(headline));
    }
    Block::Notice { class, title: ctx.m(key), blocks }
}

/// Who made the claim, and on which day; one line for each statement that quotes it, the earliest first.
fn said(ctx: &Ctx<'_>, claim: &ClaimPage) -> Vec<Spans> {
    let mut found: Vec<_> =
        ctx.data.statements.iter().map(|(_, s)| s).filter(|s| super::statements::is_quoted(s, claim)).collect();
    found.sort_by_key(|s| (s.date.is_none(), s.date.map(|d| d.earliest()), &s.id));
    let line = |s: &domain::Statement| {
        let day = s.date.map_or_else(|| muted(ctx.m("statement-no-date")), |date| text(ctx.t.date(&date)));
        vec![day, text(ctx.m("title-separator")), ctx.source(&s.source)].into()
    };
    found.into_iter().map(line).collect()
}

/// A number with the people whom it counts.
fn of_whom(ctx: &Ctx<'_>, n: String, whom: String) -> String {
    ctx.a("number-of-whom", [("n", n.into()), ("whom", whom.into())])
}

/// What the named source printed for the period, and who else printed the quoted share, in a sentence each.
pub(super) fn headline(ctx: &Ctx<'_>, claim: &ClaimPage) -> Option<Spans> {
    let answer = &claim.answer;
    let sentence = |key: &str, share: &ShareOfFigures| {
        let part = ctx.worded(share.numerator, &share.numerator_figures);
        let whole = ctx.worded(share.denominator, std::slice::from_ref(&share.denominator_figure));
        let (part, whole) = match ctx.other_population(&share.numerator_figures, share.population) {
            Some(whom) => (of_whom(ctx, part, whom), of_whom(ctx, whole, ctx.population(share.population))),
            None => (part, whole),
        };
        ctx.a(
            key,
            [
                ("source", ctx.source_in_full(&share.source).into()),
                ("period", ctx.t.period(&share.period).into()),
                ("numerator", part.into()),
                ("denominator", whole.into()),
                ("percent", ctx.t.percent(share.percent).into()),
            ],
        )
    };
    let mut parts: Vec<Span> = Vec::new();
    let exact = |share: &&ShareOfFigures| share.parties == [answer.claim.party.clone()];
    if let Some(share) = answer.printed_by_source.iter().find(exact) {
        parts.push(text(sentence("claim-printed", share)));
    }
    if let Some(share) = answer
        .nearest
        .iter()
        .find(|s| s.source != answer.claim.attributed_to.clone().unwrap_or_else(|| s.source.clone()))
    {
        parts.push(text(sentence("claim-nearest", share)));
    }
    (!parts.is_empty()).then(|| Spans::joined(parts, " "))
}

/// The verdict and what was printed, for those who meet the claim elsewhere.
pub(super) fn in_short(ctx: &Ctx<'_>, claim: &ClaimPage) -> String {
    let verdict = ctx.m(verdict(claim.answer.verdict).0);
    match headline(ctx, claim) {
        Some(printed) => format!("{verdict}. {}", printed.plain()),
        None => format!("{verdict}."),
    }
}

pub(super) fn page(ctx: &Ctx<'_>, claim: &ClaimPage) -> Doc {
    let answer = &claim.answer;
    let (key, class) = verdict(answer.verdict);
    let mut doc = Doc::new(ctx.m("claim-kicker"), ctx.local(&claim.words, &claim.slug));
    doc.crumbs.push((ctx.m("nav-claims"), "claim/index".into()));
    doc.invented = invented(ctx, claim);
    let mut blocks = Vec::new();
    blocks.extend(headline(ctx, claim).map(Block::para));
    doc.push(Block::Notice { class, title: ctx.m(key), blocks });
    let mut facts: Vec<(String, Spans)> = vec![
        (ctx.m("claim-party"), ctx.party(&answer.claim.party).into()),
        (ctx.m("claim-share"), ctx.t.percent_quoted(answer.claim.percent).into()),
        (ctx.m("th-period"), ctx.t.period(&answer.claim.period).into()),
    ];
    if let Some(source) = &answer.claim.attributed_to {
        facts.push((ctx.m("claim-attributed"), ctx.source(source).into()));
    }
    let said = said(ctx, claim);
    facts.extend(said.into_iter().map(|line| (ctx.m("claim-said"), line)));
    doc.push(Block::Facts(facts));
    for (key, shares) in [
        ("claim-by-source", &answer.printed_by_source),
        ("claim-equal", &answer.nearest),
        ("claim-others", &answer.other_sources),
        ("claim-nearby", &answer.same_source_nearby),
        ("claim-elsewhere", &answer.same_source_elsewhere),
    ] {
        if shares.is_empty() {
            continue;
        }
        doc.push(Block::h2(ctx.m(key)));
        doc.push(Block::Table(table(ctx, ctx.m(key), shares, answer.claim.percent)));
    }
    not_computable(ctx, &answer.not_computable, &mut doc);
    doc.push(Block::h2(ctx.m("claim-how")));
    doc.push(Block::para(ctx.m("claim-how-words")));
    doc
}

fn table(ctx: &Ctx<'_>, caption: String, shares: &[ShareOfFigures], quoted: f64) -> Table {
    let heads = [
        ("th-source", false),
        ("th-period", false),
        ("th-parties-added", false),
        ("th-population", false),
        ("th-fraction", true),
        ("th-share", true),
        ("th-addresses", false),
    ];
    let mut table = Table::new(caption, ctx.heads(heads));
    for share in shares {
        let numerator = match &share.numerator_figures[..] {
            [only] => vec![ctx.number_of(share.numerator, only)],
            several => {
                let mut spans = vec![text(ctx.worded(share.numerator, several)), text(" (")];
                spans.extend(
                    Spans::joined(several.iter().map(|f| id(f.as_str()).to(ctx.page(&format!("figure/{f}")))), " + ")
                        .spans,
                );
                spans.push(text(")"));
                spans
            }
        };
        let population = ctx.population(share.population);
        let other = ctx.other_population(&share.numerator_figures, share.population);
        let whom = |who: &String| muted(format!(" {}", ctx.a("in-brackets", [("what", who.clone().into())])));
        let mut fraction = numerator;
        fraction.extend(other.as_ref().map(whom));
        fraction.extend([text(ctx.m("of-separator")), ctx.number_of(share.denominator, &share.denominator_figure)]);
        fraction.extend(other.as_ref().map(|_| whom(&population)));
        if let Some(sum) = share.parties_sum_to {
            fraction.push(muted(format!(" {}", ctx.a("claim-parties-sum", [("sum", sum.into())]))));
        }
        let percent = ctx.t.percent(share.percent);
        // Equal to the precision that a percent is quoted in: whole numbers, or one digit after the point.
        let equal =
            if quoted.fract() == 0.0 { share.percent.round() == quoted } else { (share.percent - quoted).abs() < 0.05 };
        table.push(vec![
            ctx.source(&share.source).into(),
            ctx.t.period(&share.period).into(),
            ctx.parties(&share.parties),
            match other {
                Some(part) => ctx.a("population-among", [("part", part.into()), ("whole", population.into())]).into(),
                None => population.into(),
            },
            fraction.into(),
            if equal { strong(percent).into() } else { percent.into() },
            addresses(ctx, &share.addresses),
        ]);
    }
    table
}

fn addresses(ctx: &Ctx<'_>, addresses: &[String]) -> Spans {
    Spans::joined(addresses.iter().map(|a| ctx.host(a)), " · ")
}

fn not_computable(ctx: &Ctx<'_>, shares: &[NoShare], doc: &mut Doc) {
    if shares.is_empty() {
        return;
    }
    doc.push(Block::h2(ctx.m("claim-not-computable")));
    let heads =
        [("th-source", false), ("th-period", false), ("th-reason", false), ("th-rows", false), ("th-addresses", false)];
    let mut table = Table::new(ctx.m("claim-not-computable"), ctx.heads(heads));
    for share in shares {
        let rows = share.figures.iter().map(|f| id(f.as_str()).to(ctx.page(&format!("figure/{f}"))));
        table.push(vec![
            ctx.source(&share.source).into(),
            ctx.t.period(&share.period).into(),
            ctx.no_share(share.reason).into(),
            Spans::joined(rows, " "),
            addresses(ctx, &share.addresses),
        ]);
    }
    doc.push(Block::Table(table));
}
