//! "Whom do you trust?": sources that a reader switches on and off, and what the page carries so that its numbers can
//! be added again. Nothing is asked of a server. Every sentence is a message of the catalogue with places for the
//! script to fill; plural forms are worked out here, for every category that the language has.

use std::collections::{BTreeMap, BTreeSet};

use domain::comparison::{PartySpread, SideBySide};
use domain::count::Tally;
use domain::{Measure, PartyCode, Population, SourceId, TrustSet, TrustSetId};
use serde::Serialize;

use super::words::{Ctx, attribution_label};
use crate::doc::{Block, Board, BoardRow, script_json, text};
use crate::index::is_whole_country;
use crate::l10n::Lang;
use crate::signature::Signatures;
use crate::strata::{DISPUTED, Dimension, NOT_STATED, attribution_key};

/// Words that the script fills in; `{…}` are the places.
#[derive(Serialize)]
struct Words {
    falls: String,
    rises: String,
    same: String,
    /// Who is silent denies nothing.
    silent: String,
    #[serde(rename = "onlyFalls")]
    only_falls: String,
    #[serde(rename = "onlyRises")]
    only_rises: String,
    #[serde(rename = "onlySame")]
    only_same: String,
    #[serde(rename = "onlySilent")]
    only_silent: String,
    narrows: String,
    #[serde(rename = "onlyNarrows")]
    only_narrows: String,
    ends: String,
    #[serde(rename = "onlyEnds")]
    only_ends: String,
    none: String,
    range: String,
    nothing: String,
    strangers: String,
    /// Of a page of figures on which no two sources print shares.
    follow: String,
    #[serde(rename = "onlyFollow")]
    only_follow: String,
    disagree: String,
    #[serde(rename = "asPrinted")]
    as_printed: String,
    /// Per plural category: the number of persons counted, and of how many.
    total: BTreeMap<&'static str, String>,
}

/// The categories of each language, with a number of each (CLDR).
fn categories(lang: Lang) -> &'static [(&'static str, u64)] {
    match lang {
        Lang::Ar => &[("zero", 0), ("one", 1), ("two", 2), ("few", 3), ("many", 11), ("other", 100)],
        Lang::En => &[("one", 1), ("other", 2)],
        Lang::Fr => &[("one", 1), ("many", 1_000_000), ("other", 2)],
    }
}

fn words(ctx: &Ctx<'_>) -> Words {
    let place = |name: &str| format!("{{{name}}}");
    let effect = |key: &str| {
        ctx.a(
            key,
            [
                ("lists", place("lists").into()),
                ("party", place("party").into()),
                ("from", place("from").into()),
                ("to", place("to").into()),
                ("n", place("n").into()),
                ("total", place("total").into()),
                ("before", place("before").into()),
                ("all", place("all").into()),
            ],
        )
    };
    let total = categories(ctx.t.lang).iter().map(|(category, n)| {
        let words = ctx.a("board-total", [("n", (*n).into()), ("all", place("all").into())]);
        (*category, words.replace(&ctx.t.number(*n), "{n}"))
    });
    Words {
        falls: effect("board-left-out-falls"),
        rises: effect("board-left-out-rises"),
        same: effect("board-left-out-same"),
        silent: effect("board-left-out-silent"),
        only_falls: effect("board-only-falls"),
        only_rises: effect("board-only-rises"),
        only_same: effect("board-only-same"),
        only_silent: effect("board-only-silent"),
        narrows: effect("board-left-out-narrows"),
        only_narrows: effect("board-only-narrows"),
        ends: effect("board-left-out-ends"),
        only_ends: effect("board-only-ends"),
        none: ctx.m("board-none"),
        nothing: ctx.m("board-nothing"),
        strangers: ctx.m("board-strangers"),
        follow: effect("board-left-out-follow"),
        only_follow: effect("board-only-follow"),
        disagree: ctx.a(
            "month-disagree",
            ["population", "low", "lowest", "high", "highest", "difference"].map(|name| (name, place(name).into())),
        ),
        as_printed: ctx.a("as-printed", [("what", place("what").into())]),
        range: ctx.a("percent-range", [("low", place("from").into()), ("high", place("to").into())]),
        total: total.collect(),
    }
}

#[derive(Serialize)]
struct Persons<'a> {
    locale: &'a str,
    lists: &'a [SourceId],
    /// Position of the nearest party above, or -1.
    above: Vec<i64>,
    parties: Vec<&'a str>,
    /// Ready choices: id, and positions of its lists.
    choices: Vec<(&'a str, Vec<usize>)>,
    /// One letter for each list, and the number of persons.
    rows: &'a [(String, u64)],
    words: Words,
}

/// The board of all documented persons, at first with the lists of this tally.
pub(super) fn everybody(ctx: &Ctx<'_>, tally: &Tally) -> Block {
    let mut by_attribution: BTreeMap<String, u64> = BTreeMap::new();
    for cell in &tally.cells {
        *by_attribution.entry(attribution_key(&cell.stratum.attribution)).or_default() += cell.n_documented;
    }
    persons(ctx, &ctx.index.signatures.all, tally, &by_attribution, ctx.m("board-explanation"))
}

/// The board of the persons behind some rows of a table of counts, folded; `None` where nothing can be chosen, where not all may be
/// told, and where small counts are held back: a table that can be added up in any way would give them away.
pub(super) fn of_rows(
    ctx: &Ctx<'_>,
    trust: &TrustSetId,
    dimension: Dimension,
    is_asked: impl Fn(&str) -> bool,
) -> Option<Block> {
    let (_, tally) = ctx.data.tallies.iter().find(|(id, _)| id == trust)?;
    let group = ctx.index.groups.get(&(trust, dimension)).filter(|_| ctx.policy.minimum_cell <= 1)?;
    let signatures = ctx.index.signatures_of(trust, dimension, &is_asked)?;
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    for (attribution, n) in group.sums.iter().filter(|(value, _)| is_asked(value)).flat_map(|(_, row)| row) {
        *sums.entry(attribution.clone()).or_default() += n;
    }
    let board = persons(ctx, &signatures, tally, &sums, ctx.m("board-row-explanation"));
    Some(Block::Details { summary: ctx.m("board-row-fold").into(), blocks: vec![board] })
}

/// Persons under the lists of a tally at first; `by_attribution` is what that tally counts of them.
fn persons(
    ctx: &Ctx<'_>,
    signatures: &Signatures,
    tally: &Tally,
    by_attribution: &BTreeMap<String, u64>,
    explanation: String,
) -> Block {
    let n: u64 = by_attribution.values().sum();
    let most = by_attribution.values().max().copied().unwrap_or(1).max(1);
    // Under another choice a party that is no row here can have persons: every one that a list names has a row.
    let mut keys: Vec<String> = signatures.named().map(|code| code.as_str().to_owned()).collect();
    keys.extend([DISPUTED.to_owned(), NOT_STATED.to_owned()]);
    let rows = keys.into_iter().map(|key| {
        let value = by_attribution.get(&key).copied().unwrap_or(0);
        let percent = |of: u64| 100.0 * value as f64 / of.max(1) as f64;
        BoardRow {
            label: attribution_label(ctx, &key),
            number: ctx.t.number(value),
            share: ctx.t.percent(percent(n)),
            bar: (0.0, (percent(most) * 100.0).round() / 100.0),
            key,
        }
    });
    let place = |list: &SourceId| signatures.lists.iter().position(|l| l == list);
    let sets = ctx.data.tallies.iter().map(|(id, t)| (id, t.lists.iter().filter_map(place).collect::<Vec<_>>()));
    // A choice that bears no person here would only be a button that empties the table.
    let sets: Vec<_> = sets.filter(|(_, lists)| !lists.is_empty()).collect();
    let data = Persons {
        locale: ctx.t.lang.locale(),
        lists: &signatures.lists,
        above: signatures.parties.iter().map(|(_, above)| above.map_or(-1, |a| a as i64)).collect(),
        parties: signatures.parties.iter().map(|(code, _)| code.as_str()).collect(),
        choices: sets.iter().map(|(id, lists)| (id.as_str(), lists.clone())).collect(),
        rows: &signatures.rows,
        words: words(ctx),
    };
    let (on_one, on_several) = signatures.on_one_and_several(&tally.lists);
    let disputed = by_attribution.get(DISPUTED).copied().unwrap_or(0);
    Block::Board(Box::new(Board {
        kind: "persons",
        id: String::new(),
        legend: ctx.m("board-legend"),
        explanation,
        still: (ctx.m("counts-by-party"), ctx.m("board-still")),
        choices: (
            ctx.m("th-trust-set"),
            sets.iter()
                .map(|(id, _)| {
                    let name = super::counts::trust_name(ctx, id);
                    (id.as_str().to_owned(), name.into())
                })
                .collect(),
        ),
        lists: signatures
            .lists
            .iter()
            .map(|l| (l.as_str().to_owned(), ctx.source_short(l).into(), tally.lists.contains(l)))
            .collect(),
        heads: vec![(ctx.m("counts-by-party"), false), (ctx.m("th-persons"), true), (ctx.m("th-share"), true)],
        rows: rows.collect(),
        total: Some((ctx.m("all-persons"), ctx.t.number(n))),
        facts: vec![
            ("one", ctx.m("board-on-one-list"), ctx.t.number(on_one)),
            ("several", ctx.m("board-on-several-lists"), ctx.t.number(on_several)),
            ("disputed", ctx.m("board-disputed"), ctx.t.number(disputed)),
        ],
        json: script_json(&data),
    }))
}

/// A total that a source printed: its position, the number, how it is said, and whether it is exact.
type Total = (usize, u64, String, bool);
/// What a source printed for a party: its position, lowest and highest, and whether all are exact.
type Ends = (usize, u64, u64, bool);

/// What a page of figures tells of several sources, so that its script can tell it again of those that a reader chooses.
pub(super) struct Followed<'a> {
    /// Every source on the page.
    sources: Vec<&'a SourceId>,
    /// Of each sentence on disagreement: the population, and the totals.
    disagreements: Vec<(String, Vec<Total>)>,
    differences: Vec<Vec<Ends>>,
}

impl<'a> Followed<'a> {
    pub fn of(sides: &[&'a SideBySide]) -> Self {
        let sources: BTreeSet<_> = sides.iter().flat_map(|side| &side.reports).map(|report| &report.source).collect();
        Self { sources: sources.into_iter().collect(), disagreements: Vec::new(), differences: Vec::new() }
    }

    fn place(&self, source: &SourceId) -> Option<usize> {
        self.sources.binary_search(&source).ok()
    }

    /// Takes in the totals of a population; nothing where fewer than two sources print one.
    pub fn totals(&mut self, ctx: &Ctx<'_>, side: &SideBySide, population: Population) -> Option<usize> {
        let is_asked = |report: &&domain::comparison::Report| report.population == population && !report.massacres_only;
        let printed = side.reports.iter().filter(is_asked).filter_map(|r| Some((self.place(&r.source)?, &r.totals)));
        let totals: Vec<Total> = printed
            .flat_map(|(place, totals)| totals.iter().map(move |total| (place, total)))
            .map(|(place, (n, figures))| (place, *n, ctx.worded(*n, figures), ctx.said_by(figures).is_plain()))
            .collect();
        let sources: BTreeSet<usize> = totals.iter().map(|(place, ..)| *place).collect();
        (sources.len() > 1).then(|| {
            self.disagreements.push((ctx.population(population), totals));
            self.disagreements.len() - 1
        })
    }

    /// Takes in what the sources print for a party.
    pub fn difference(&mut self, ctx: &Ctx<'_>, spread: &PartySpread) -> usize {
        let ends = spread.printed.iter().filter_map(|(source, numbers)| {
            let (low, high) = (numbers.iter().map(|(n, _)| *n).min()?, numbers.iter().map(|(n, _)| *n).max()?);
            let is_plain = numbers.iter().all(|(_, figures)| ctx.said_by(figures).is_plain());
            Some((self.place(source)?, low, high, is_plain))
        });
        let ends = ends.collect();
        self.differences.push(ends);
        self.differences.len() - 1
    }
}

#[derive(Serialize)]
struct Figures<'a> {
    locale: &'a str,
    lists: Vec<&'a SourceId>,
    /// Party and population, which share a range.
    parties: Vec<String>,
    /// Ready choices: id, and positions of its sources.
    choices: Vec<(&'a str, Vec<usize>)>,
    /// Position of the source, position among `parties`, percent.
    shares: Vec<(usize, usize, f64)>,
    disagreements: &'a [(String, Vec<Total>)],
    differences: &'a [Vec<Ends>],
    words: Words,
}

/// Of whom a party's share is: a share among civilians and one among everyone are no two answers to one question.
type Asked<'a> = (&'a PartyCode, Population);

/// The sources of a page of figures, and the shares that they printed of those killed in the whole country. Shares are never added: a
/// party has, for each population, a lowest and a highest share among the sources chosen; none is shown where fewer than two sources
/// give one. `None` where there is nothing to choose.
pub(super) fn figures(ctx: &Ctx<'_>, sides: &[&SideBySide], followed: &Followed<'_>) -> Option<Block> {
    let lists = &followed.sources;
    if lists.len() < 2 {
        return None;
    }
    let mut shares: BTreeSet<(&SourceId, Asked<'_>, u64)> = BTreeSet::new();
    let killed = sides.iter().filter(|side| side.measure == Measure::Killed && is_whole_country(&side.place));
    for report in killed.flat_map(|side| &side.reports).filter(|r| !r.massacres_only) {
        // A page that prints several lines of one party is added up, as in the table below.
        for (party, own) in report.retellings.iter().flat_map(|page| page.counted_parties()) {
            let asked = (party, report.population);
            shares.extend(own.share.map(|percent| (&report.source, asked, (percent * 10.0).round() as u64)));
        }
    }
    if shares.iter().map(|(source, ..)| *source).collect::<BTreeSet<_>>().len() < 2 {
        shares.clear();
    }
    let asked: BTreeSet<Asked<'_>> = shares.iter().map(|(_, asked, _)| *asked).collect();
    let asked: Vec<_> = asked.into_iter().collect();
    let place = |source: &SourceId, wanted: &Asked<'_>| {
        Some((followed.place(source)?, asked.iter().position(|a| a == wanted)?))
    };
    let found: Vec<(usize, usize, f64)> = shares
        .iter()
        .filter_map(|(source, asked, tenths)| place(source, asked).map(|(s, a)| (s, a, *tenths as f64 / 10.0)))
        .collect();
    let key = |(party, population): &Asked<'_>| format!("{party}.{}", population.key());
    let rows = asked.iter().enumerate().map(|(at, of)| {
        let own = found.iter().filter(|(_, a, _)| *a == at).map(|(.., percent)| *percent);
        let (low, high) = own.fold((f64::MAX, 0.0f64), |(low, high), x| (low.min(x), high.max(x)));
        let share = if low == high {
            ctx.t.percent(low)
        } else {
            ctx.a("percent-range", [("low", ctx.t.percent(low).into()), ("high", ctx.t.percent(high).into())])
        };
        // A share that all agree on is still a visible mark.
        let bar = (low, ((high - low).max(0.8) * 10.0).round() / 10.0);
        let who = ctx.a("in-brackets", [("what", ctx.population(of.1).into())]);
        let label = vec![ctx.party(of.0), text(" "), text(who)];
        BoardRow { key: key(of), label: label.into(), number: String::new(), share, bar }
    });
    let rows: Vec<BoardRow> = rows.collect();
    let places = |set: &TrustSet| -> Vec<usize> {
        let trusts = |list: &SourceId| ctx.index.sources.get(list).is_some_and(|source| set.trusts(source));
        lists.iter().enumerate().filter(|(_, list)| trusts(list)).map(|(at, _)| at).collect()
    };
    let sets: Vec<_> =
        ctx.data.trust_sets.iter().map(|set| (set, places(set))).filter(|(_, l)| !l.is_empty()).collect();
    let data = Figures {
        choices: sets.iter().map(|(set, lists)| (set.id.as_str(), lists.clone())).collect(),
        locale: ctx.t.lang.locale(),
        lists: lists.clone(),
        parties: asked.iter().map(key).collect(),
        shares: found,
        disagreements: &followed.disagreements,
        differences: &followed.differences,
        words: words(ctx),
    };
    Some(Block::Board(Box::new(Board {
        kind: "figures",
        id: String::new(),
        legend: ctx.m("board-figures-legend"),
        explanation: ctx.m(if rows.is_empty() { "board-follow-explanation" } else { "board-figures-explanation" }),
        still: match rows.is_empty() {
            true => (ctx.m("board-figures-legend"), ctx.m("board-follow-still")),
            false => (ctx.m("board-share-printed"), ctx.m("board-figures-still")),
        },
        choices: (
            ctx.m("th-trust-set"),
            sets.iter()
                .map(|(set, _)| (set.id.as_str().to_owned(), super::counts::trust_name(ctx, &set.id).into()))
                .collect(),
        ),
        lists: lists.iter().map(|l| (l.as_str().to_owned(), ctx.source_short(l).into(), true)).collect(),
        heads: vec![(ctx.m("th-party-tree"), false), (ctx.m("board-share-printed"), true)],
        rows,
        total: None,
        facts: Vec::new(),
        json: script_json(&data),
    })))
}
