//! Which pages there are, what frames them, and how one is drawn.

use askama::Template;
use domain::claim::ClaimPage;
use domain::comparison::SideBySide;
use domain::count::Tally;
use domain::{Accession, Figure, Party, Place, Record, Source, TrustSetId};

use super::*;
use crate::archive::schema_org;
use crate::doc::{Doc, script_json};
use crate::index::Index;
use crate::invented::Invented;
use crate::l10n::{Lang, Speech};
use crate::masthead::Masthead;
use crate::parts::{ROWS_A_PART, is_short};
use crate::strata::Dimension;
use crate::{Changes, Dataset, Known, Policy, Summary};

/// One page, in every language.
pub(crate) enum Kind<'a> {
    Home,
    Sources,
    Source(&'a Source),
    Parties,
    Party(&'a Party),
    Months,
    Month(String, &'a [&'a SideBySide]),
    Places,
    Place(&'a Place),
    Claims,
    Claim(&'a ClaimPage),
    Statements,
    Person(&'a Known),
    Redirect(String, &'a Known),
    Figure(u64, &'a Figure),
    Accessions,
    Accession(u64, &'a Accession),
    Counts,
    Trust(&'a TrustSetId, &'a Tally),
    Rows {
        trust: &'a TrustSetId,
        dimension: Dimension,
        value: String,
    },
    /// A year's rows of a table by month that is too long for the page of its tally.
    Year {
        trust: &'a TrustSetId,
        year: String,
    },
    /// Some of the persons of one party behind such a row, where all are too many for a page.
    Part {
        of: OneList<'a>,
        part: usize,
    },
    /// Some of the rows of a long accession; `block` from 0.
    Block {
        accession: &'a Accession,
        block: u64,
        rows: &'a [(u64, &'a Record)],
    },
    /// Some of the figures of a long accession; `block` from 0.
    Figures {
        accession: &'a Accession,
        block: u64,
        rows: Vec<&'a (u64, Figure)>,
    },
    /// The old address of a person who is no longer published, and why.
    Gone(String, String),
    Cite,
    Check,
    Method,
}

impl Kind<'_> {
    /// Path below the language's folder, without `.html`.
    pub fn path(&self) -> String {
        match self {
            Self::Home => "index".into(),
            Self::Sources => "source/index".into(),
            Self::Source(source) => format!("source/{}", source.id),
            Self::Parties => "party/index".into(),
            Self::Party(party) => format!("party/{}", party.code),
            Self::Months => "month/index".into(),
            Self::Month(slug, _) => format!("month/{slug}"),
            Self::Places => "place/index".into(),
            Self::Place(place) => format!("place/{}", place.code),
            Self::Claims => "claim/index".into(),
            Self::Claim(claim) => format!("claim/{}", claim.slug),
            Self::Statements => "statements".into(),
            Self::Person(person) => format!("person/{}", person.id),
            Self::Redirect(old, _) => format!("person/{old}"),
            Self::Figure(_, figure) => format!("figure/{}", figure.id),
            Self::Accessions => "accession/index".into(),
            Self::Accession(_, accession) => format!("accession/{}", accession.id),
            Self::Counts => "counts/index".into(),
            Self::Trust(trust, _) => format!("counts/{trust}"),
            Self::Rows { trust, dimension, value } => format!("counts/{trust}/{}-{value}", dimension.key()),
            Self::Year { trust, year, .. } => years::path(trust, year),
            Self::Part { of, part } => of.path(*part),
            Self::Block { accession, block, .. } => format!("accession/{}/{}", accession.id, block + 1),
            Self::Figures { accession, block, .. } => format!("accession/{}/figures-{}", accession.id, block + 1),
            Self::Gone(old, _) => format!("person/{old}"),
            Self::Cite => "cite".into(),
            Self::Check => "check".into(),
            Self::Method => "method".into(),
        }
    }
}

/// Every page of a release.
pub(crate) fn jobs<'a>(data: &'a Dataset, index: &'a Index<'a>, summary: &Summary) -> Vec<Kind<'a>> {
    let mut jobs = vec![
        Kind::Home,
        Kind::Sources,
        Kind::Parties,
        Kind::Months,
        Kind::Places,
        Kind::Claims,
        Kind::Statements,
        Kind::Accessions,
        Kind::Counts,
        Kind::Check,
        Kind::Cite,
        Kind::Method,
    ];
    jobs.extend(data.sources.iter().map(Kind::Source));
    jobs.extend(data.parties.iter().map(Kind::Party));
    jobs.extend(index.periods.iter().map(|(slug, sides)| Kind::Month(slug.clone(), sides)));
    jobs.extend(data.places.iter().map(Kind::Place));
    jobs.extend(data.claims.iter().map(Kind::Claim));
    jobs.extend(data.persons.iter().map(Kind::Person));
    for old in summary.redirects.keys().filter(|old| index.person(old).is_none()) {
        // Whom an old address leads to may have been joined with another since.
        let mut at = old;
        for _ in 0..summary.redirects.len() {
            match summary.redirects.get(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        jobs.extend(index.person(at).map(|person| Kind::Redirect(old.as_str().to_owned(), person)));
    }
    let is_free = |id: &domain::PersonId| index.person(id).is_none() && !summary.redirects.contains_key(id);
    let gone = summary.withdrawn.iter().filter(|(id, _)| is_free(id));
    jobs.extend(gone.map(|(id, reason)| Kind::Gone(id.as_str().to_owned(), reason.clone())));
    jobs.extend(data.figures.iter().map(|(i, figure)| Kind::Figure(*i, figure)));
    jobs.extend(data.accessions.iter().map(|(i, accession)| Kind::Accession(*i, accession)));
    for (_, accession) in &data.accessions {
        let rows = index.records_of.get(&accession.id).filter(|rows| rows.len() > ROWS_A_PART);
        let found = rows.into_iter().flat_map(|rows| accession::blocks(rows));
        jobs.extend(found.map(|(block, rows)| Kind::Block { accession, block, rows }));
        let figures = accession::figures_of(data, accession);
        if figures.len() > ROWS_A_PART {
            let found = accession::figure_blocks(&figures);
            jobs.extend(found.map(|(block, rows)| Kind::Figures { accession, block, rows: rows.to_vec() }));
        }
    }
    for (trust, tally) in &data.tallies {
        jobs.push(Kind::Trust(trust, tally));
        jobs.extend(years::of(tally).into_iter().map(|year| Kind::Year { trust, year }));
        for dimension in Dimension::ALL {
            let values = index.groups.get(&(trust, dimension)).into_iter().flat_map(|g| &g.rows);
            for (value, lists) in values {
                jobs.push(Kind::Rows { trust, dimension, value: value.clone() });
                if is_short(lists.values()) {
                    continue;
                }
                for (attribution, list) in lists {
                    let of = OneList { trust, dimension, value, attribution };
                    jobs.extend((0..list.parts.len()).map(|part| Kind::Part { of, part }));
                }
            }
        }
    }
    jobs
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    lang: Lang,
    top: Masthead<'a>,
    doc: &'a Doc,
    json_ld: Option<String>,
    shared: Option<Shared>,
    banner: Vec<(Lang, String)>,
}

/// What previews of a page show (Open Graph).
struct Shared {
    kind: &'static str,
    words: String,
    /// Address of the share card, where there is one.
    card: Option<String>,
}

impl Shared {
    /// Of a page that people pass on: what the page itself says first, and nothing that it does not say.
    fn of(kind: &Kind<'_>, doc: &Doc) -> Option<Self> {
        let is_passed_on = matches!(
            kind,
            Kind::Counts
                | Kind::Trust(..)
                | Kind::Months
                | Kind::Month(..)
                | Kind::Claims
                | Kind::Claim(_)
                | Kind::Person(_)
        );
        let words = doc.summary().filter(|_| is_passed_on)?;
        let words = if doc.kicker.is_empty() { words } else { format!("{} · {words}", doc.kicker) };
        Some(Self { kind: "article", words, card: None })
    }
}

#[derive(Template)]
#[template(path = "redirect.html")]
struct Redirect<'a> {
    lang: Lang,
    root: String,
    to: String,
    words: String,
    id: &'a str,
    banner: Vec<(Lang, String)>,
}

/// The release as a whole, ready to draw any of its pages.
pub(crate) struct Site<'a> {
    pub data: &'a Dataset,
    pub index: &'a Index<'a>,
    pub policy: &'a Policy,
    pub changes: Option<&'a Changes>,
    /// Whether share cards are drawn beside the pages.
    has_cards: bool,
}

impl<'a> Site<'a> {
    pub fn new(
        data: &'a Dataset,
        index: &'a Index<'a>,
        policy: &'a Policy,
        changes: Option<&'a Changes>,
        has_cards: bool,
    ) -> Self {
        Self { data, index, policy, changes, has_cards }
    }

    /// One page in one language, as HTML.
    pub fn draw(&self, kind: &Kind<'_>, lang: Lang) -> Result<String, askama::Error> {
        let path = kind.path();
        let t = Speech::of(lang);
        let depth = path.matches('/').count() + 1;
        let ctx = Ctx { data: self.data, index: self.index, policy: self.policy, t, depth };
        if let Kind::Redirect(old, person) = kind {
            let to = ctx.page(&format!("person/{}", person.id));
            let words = ctx.a("redirected", [("old", old.as_str().into())]);
            let (id, banner) = (person.id.as_str(), Invented::from(person.invented).banner());
            return Redirect { lang, root: ctx.root(), to, words, id, banner }.render();
        }
        let doc = self.doc(kind, &ctx);
        Page {
            lang,
            top: Masthead::new(&ctx, &doc, &path, true),
            doc: &doc,
            json_ld: matches!(kind, Kind::Home).then(|| script_json(&schema_org(&ctx))),
            shared: match kind {
                Kind::Home if self.has_cards => {
                    let address = self.policy.site.lasting_address(self.data.generated_at);
                    let card = address.map(|a| a + &home::card_path(lang)).unwrap_or_else(|| "index.png".to_owned());
                    Some(Shared { kind: "website", words: ctx.m("home-lead"), card: Some(card) })
                }
                kind => Shared::of(kind, &doc),
            },
            banner: doc.invented.banner(),
        }
        .render()
    }

    fn doc(&self, kind: &Kind<'_>, ctx: &Ctx<'_>) -> Doc {
        match kind {
            Kind::Home => home::page(ctx),
            Kind::Sources => source::index(ctx),
            Kind::Source(source) => source::page(ctx, source),
            Kind::Parties => party::index(ctx),
            Kind::Party(party) => party::page(ctx, party),
            Kind::Months => month::index(ctx),
            Kind::Month(_, sides) => month::page(ctx, sides),
            Kind::Places => place::index(ctx),
            Kind::Place(place) => place::page(ctx, place),
            Kind::Claims => claim::index(ctx),
            Kind::Claim(claim) => claim::page(ctx, claim),
            Kind::Statements => statements::page(ctx),
            Kind::Person(person) | Kind::Redirect(_, person) => person::page(ctx, person),
            Kind::Figure(index, figure) => figure::page(ctx, *index, figure),
            Kind::Accessions => accession::index(ctx),
            Kind::Accession(index, accession) => accession::page(ctx, *index, accession),
            Kind::Counts => counts::index(ctx),
            Kind::Trust(trust, tally) => counts::page(ctx, trust, tally),
            Kind::Rows { trust, dimension, value } => counts::rows(ctx, trust, *dimension, value),
            Kind::Year { trust, year } => years::page(ctx, trust, year),
            Kind::Part { of, part } => counts::part(ctx, *of, *part),
            Kind::Block { accession, rows, .. } => accession::block(ctx, accession, rows),
            Kind::Figures { accession, rows, .. } => accession::figure_block(ctx, accession, rows),
            Kind::Gone(old, reason) => person::gone(ctx, old, reason),
            Kind::Cite => cite::page(ctx, self.changes),
            Kind::Check => check::page(ctx),
            Kind::Method => method::page(ctx),
        }
    }
}
