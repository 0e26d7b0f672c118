//! Updates: what was printed, said, reported or noticed on a day; a page a day, and feeds by topic, party and place in each
//! language. An update's day is the day that its source gives, never the day on which the release was made.

mod day;
mod formats;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Caution, Figure, FigureId, FigureRole, Measure, NoticeUse, PartyCode, Period, PlaceCode, Population, SourceId,
};
use jiff::civil::Date;

use crate::doc::{Block, text};
use crate::folder::Folder;
use crate::index::Index;
use crate::l10n::{Lang, Speech};
use crate::outreach::{Outreach, Settings};
use crate::pages::{Ctx, Said};
use crate::report::killed_key;
use crate::{Dataset, Policy, ReleaseError};

/// One thing that happened on a day.
#[derive(Debug, Clone)]
pub(crate) struct Update {
    pub day: Date,
    /// Names the update for good, below the release's own name.
    pub id: String,
    pub title: String,
    /// Its page below the language's folder, without the ending.
    pub page: String,
    /// Where on the page, if not at its head.
    pub anchor: Option<String>,
    pub topic: &'static str,
    pub parties: BTreeSet<String>,
    /// What the update tells of one party, where it is another number than the one in the title.
    pub of_party: BTreeMap<String, String>,
    pub places: BTreeSet<String>,
    pub invented: bool,
    /// Whether its title may stand in a picture, which goes further than a page.
    pub in_picture: bool,
}

impl Update {
    /// Its file below the language's folder, with the place on the page.
    fn file(&self) -> String {
        self.at(".html")
    }
    /// As its feed tells it: with the party's own number.
    fn for_party(&self, party: &str) -> Option<Cow<'_, Self>> {
        let own = |title: &String| Self { id: format!("{}/{party}", self.id), title: title.clone(), ..self.clone() };
        let is_of = self.parties.contains(party);
        is_of.then(|| self.of_party.get(party).map_or(Cow::Borrowed(self), |title| Cow::Owned(own(title))))
    }
    fn at(&self, ending: &str) -> String {
        let anchor = self.anchor.as_ref().map(|a| format!("#{a}")).unwrap_or_default();
        format!("{}{ending}{anchor}", self.page)
    }
}

/// Entries of one feed: older ones stand on the day pages.
const ENTRIES: usize = 50;
/// Days that get a share card: the newest.
const CARDS: usize = 10;

/// The page, period, place and population that a printed total and its lines by party share.
type Lines<'a> = (&'a str, Period, Option<&'a PlaceCode>, &'a [String], Population);

fn lines_of(figure: &Figure) -> Lines<'_> {
    // A place that the table does not know is told apart by its words.
    let words = if figure.place.code.is_none() { &figure.place.written[..] } else { &[] };
    (&figure.address, figure.period, figure.place.code.as_ref(), words, figure.population)
}

/// What makes one report of several pages: who printed which number of whom, for which period and place.
type Told<'a> = (&'a SourceId, Period, Option<&'a PlaceCode>, &'a [String], Population, u64);

/// The pages that print a number, and its figures.
type Printed<'a> = (BTreeSet<&'a str>, Vec<FigureId>);

/// Printed totals: one update for each number that a source printed of a period, on the day of the first page that tells it.
/// Pages that tell the same again are counted, and tell nothing new.
fn figures(ctx: &Ctx<'_>, found: &mut Vec<Update>) {
    let mut lines: BTreeMap<Lines<'_>, Vec<&Figure>> = BTreeMap::new();
    let mut told: BTreeMap<Told<'_>, Vec<(Date, &Figure)>> = BTreeMap::new();
    for (_, figure) in &ctx.data.figures {
        // The dead of massacres are a part of a party's dead.
        let is_of_all = !figure.has(Caution::MassacresOnly);
        if figure.role == FigureRole::ByParty && figure.measure == Measure::Killed && is_of_all {
            lines.entry(lines_of(figure)).or_default().push(figure);
        }
        let is_told = crate::index::is_news(figure) && !ctx.index.lower_of.contains_key(&figure.id);
        let Some(day) = figure.published_on.filter(|_| is_told) else { continue };
        let (_, period, place, words, population) = lines_of(figure);
        let key = (&figure.source, period, place, words, population, figure.total);
        told.entry(key).or_default().push((day, figure));
    }
    // Other numbers that a source prints of the same: on which pages, by which figures.
    let mut beside: BTreeMap<_, BTreeMap<u64, Printed<'_>>> = BTreeMap::new();
    for ((source, period, place, words, population, n), pages) in &told {
        let numbers = beside.entry((*source, *period, *place, *words, *population)).or_default();
        let addresses = pages.iter().map(|(_, figure)| figure.address.as_str()).collect();
        numbers.insert(*n, (addresses, pages.iter().map(|(_, figure)| figure.id.clone()).collect()));
    }
    for ((source, period, place, words, population, _), mut pages) in told {
        pages.sort_by_key(|(day, figure)| (*day, &figure.id));
        let Some((day, figure)) = pages.first().copied() else { continue };
        let all = || pages.iter().map(|(_, figure)| *figure);
        let mut title = said_of(ctx, figure, ctx.said_by(std::slice::from_ref(&figure.id)));
        let addresses: BTreeSet<&str> = all().map(|f| f.address.as_str()).collect();
        if addresses.len() > 1 {
            let pages = ctx.t.count("pages-print-it", addresses.len());
            title = ctx.a("update-retold", [("what", title.into()), ("pages", pages.into())]);
        }
        // A number that more pages print differently may be a misprint, and is no news without them.
        let others = beside.get(&(source, period, place, words, population)).into_iter().flatten();
        let most = others.max_by_key(|(_, (on, _))| on.len());
        if let Some((other, (on, figures))) = most.filter(|(_, (on, _))| on.len() > addresses.len()) {
            let pages = ctx.t.count("pages-print-it", on.len()).into();
            title = ctx.a(
                "update-differs",
                [("what", title.into()), ("n", ctx.worded(*other, figures).into()), ("pages", pages)],
            );
        }
        let mut by_party: BTreeMap<&PartyCode, Vec<&Figure>> = BTreeMap::new();
        for line in all().filter_map(|page| lines.get(&lines_of(page))).flatten().copied() {
            if let Some(party) = &line.party.code {
                by_party.entry(party).or_default().push(line);
            }
        }
        // Where pages print different numbers of a party, or one prints several, no single one is news; nor are the dead of prisons alone.
        by_party.retain(|_, lines| {
            let is_one = |line: &&Figure| line.total == lines[0].total && !line.has(Caution::TortureWithinKilled);
            lines.iter().all(is_one) && lines.len() <= pages.len()
        });
        let of_party: BTreeMap<String, String> = by_party
            .into_iter()
            .map(|(party, lines)| {
                let what = said_of(ctx, lines[0], Said::of(lines.iter().copied()));
                let name = ctx.party_name(party).text;
                let title = ctx.a("update-of-party", [("what", what.into()), ("party", name.into())]);
                (party.as_str().to_owned(), title)
            })
            .collect();
        found.push(Update {
            day,
            id: format!("figure/{}", figure.id),
            title,
            page: format!("figure/{}", figure.id),
            anchor: None,
            topic: "figures",
            parties: of_party.keys().cloned().collect(),
            of_party,
            places: figure.place.code.iter().map(|c| c.as_str().to_owned()).collect(),
            invented: ctx.index.is_invented(&figure.source),
            in_picture: true,
        });
    }
}

/// Who printed what of which period, and of which place where that is not the whole country.
fn said_of(ctx: &Ctx<'_>, figure: &Figure, said: Said) -> String {
    let place = match &figure.place.code {
        Some(code) if !crate::index::is_whole_country(&figure.place.code) => Some(ctx.place_name(code).text),
        Some(_) => None,
        None => Some(figure.place.written.join(&ctx.m("list-comma"))).filter(|words| !words.is_empty()),
    };
    let killed = ctx.count_said(killed_key(figure.population), figure.total, said);
    let source = ("source", ctx.source_name(&figure.source).text.into());
    let (killed, period) = (("killed", killed.into()), ("period", ctx.t.period(&figure.period).into()));
    match place {
        Some(place) => ctx.a("update-figure-of", [source, killed, period, ("place", place.into())]),
        None => ctx.a("update-figure", [source, killed, period]),
    }
}

fn statements(ctx: &Ctx<'_>, found: &mut Vec<Update>) {
    for (_, statement) in &ctx.data.statements {
        let Some(day) = statement.date.and_then(|d| d.exact_day()) else { continue };
        let (who, words) = crate::pages::stated(ctx, statement);
        let title = ctx.a("update-statement", [("source", who.into()), ("words", words.into())]);
        found.push(Update {
            day,
            id: format!("statement/{}", statement.id),
            title,
            page: crate::pages::checked(ctx, statement).map_or("statements".into(), |c| format!("claim/{}", c.slug)),
            anchor: None,
            topic: "statements",
            parties: statement.quoted.iter().map(|q| q.party.as_str().to_owned()).collect(),
            of_party: BTreeMap::new(),
            places: BTreeSet::new(),
            invented: ctx.index.is_invented(&statement.source),
            in_picture: true,
        });
    }
}

/// The newest events that have a day: a list of events may have one for every day of a war.
fn events(ctx: &Ctx<'_>, found: &mut Vec<Update>) {
    let mut dated: Vec<_> =
        ctx.data.events.iter().filter_map(|(index, e)| Some((e.date?.exact_day()?, *index, e))).collect();
    dated.sort_by_key(|(day, index, _)| std::cmp::Reverse((*day, *index)));
    for (day, _, event) in dated.into_iter().take(ENTRIES) {
        let place = event.place.as_ref().and_then(|p| p.code.as_ref()).filter(|c| ctx.data.places.get(c).is_some());
        let what = if event.title.0.is_empty() {
            event.acts.iter().map(|a| crate::pages::act(ctx, *a)).collect::<Vec<_>>().join(&ctx.m("list-comma"))
        } else {
            ctx.local(&event.title, "").text
        };
        let title =
            ctx.a("update-event", [("source", ctx.source_name(&event.source).text.into()), ("what", what.into())]);
        let page = match place {
            Some(code) => format!("place/{code}"),
            None => format!("accession/{}", event.accession),
        };
        found.push(Update {
            day,
            id: format!("event/{}", event.id),
            title,
            page,
            anchor: Some(event.id.as_str().to_owned()),
            topic: "events",
            parties: event.parties.iter().filter_map(|p| Some(p.code.as_ref()?.as_str().to_owned())).collect(),
            of_party: BTreeMap::new(),
            places: place.iter().map(|c| c.as_str().to_owned()).collect(),
            invented: ctx.index.is_invented(&event.source),
            in_picture: true,
        });
    }
}

fn made_here(ctx: &Ctx<'_>, given: &Outreach<'_>, found: &mut Vec<Update>) {
    let today = crate::report::made_on(ctx.data);
    for of in given.reports {
        found.push(Update {
            day: today,
            id: format!("report/{}", of.slug()),
            title: ctx.a("report-title", [("period", ctx.t.period(&of.period).into())]),
            page: format!("report/{}", of.slug()),
            anchor: None,
            topic: "reports",
            parties: BTreeSet::new(),
            of_party: BTreeMap::new(),
            places: BTreeSet::new(),
            invented: false,
            in_picture: true,
        });
    }
    for (_, notice) in crate::notice::published(ctx.data) {
        found.push(Update {
            day: notice.issued_on.unwrap_or(today),
            id: format!("notice/{}", notice.id),
            title: crate::notice::title(ctx, notice),
            page: format!("notice/{}", notice.id),
            anchor: None,
            topic: "notices",
            parties: crate::notice::told_party(notice).iter().map(|c| c.as_str().to_owned()).collect(),
            of_party: BTreeMap::new(),
            places: BTreeSet::new(),
            invented: ctx.index.is_invented(&notice.source),
            in_picture: notice.may_be(NoticeUse::Picture),
        });
    }
}

/// All updates in one language, newest first; without outreach what the data alone tells.
pub(crate) fn updates(ctx: &Ctx<'_>, given: Option<&Outreach<'_>>) -> Vec<Update> {
    let mut found = Vec::new();
    figures(ctx, &mut found);
    statements(ctx, &mut found);
    events(ctx, &mut found);
    if let Some(given) = given {
        made_here(ctx, given, &mut found);
    }
    found.sort_by(|a, b| (std::cmp::Reverse(a.day), &a.id).cmp(&(std::cmp::Reverse(b.day), &b.id)));
    found
}

/// A feed: its path below the language's folder, without the ending, its title, and its updates.
struct Feed<'a> {
    path: String,
    title: String,
    updates: Vec<Cow<'a, Update>>,
}

fn feeds<'a>(ctx: &Ctx<'_>, all: &'a [Update]) -> Vec<Feed<'a>> {
    let mut feeds = vec![Feed {
        path: "feed/all".into(),
        title: ctx.m("feed-all"),
        updates: all.iter().map(Cow::Borrowed).collect(),
    }];
    for (topic, key) in [
        ("figures", "nav-figures"),
        ("statements", "nav-statements"),
        ("events", "feed-events"),
        ("reports", "reports-title"),
        ("notices", "notices-title"),
    ] {
        let updates = all.iter().filter(|u| u.topic == topic).map(Cow::Borrowed).collect();
        feeds.push(Feed { path: format!("feed/topic/{topic}"), title: ctx.m(key), updates });
    }
    for party in ctx.data.parties.iter() {
        let updates: Vec<_> = all.iter().filter_map(|update| update.for_party(party.code.as_str())).collect();
        let title = ctx.party_name(&party.code).text;
        feeds.push(Feed { path: format!("feed/party/{}", party.code), title, updates });
    }
    for place in ctx.data.places.iter().filter(|p| ctx.index.places_with_news.contains(&p.code)) {
        let updates: Vec<_> =
            all.iter().filter(|u| u.places.contains(place.code.as_str())).map(Cow::Borrowed).collect();
        let title = ctx.place_name(&place.code).text;
        feeds.push(Feed { path: format!("feed/place/{}", place.code), title, updates });
    }
    feeds
}

/// The feeds of one subject as a page names them; `path` is the feed's, below the language's folder.
pub(crate) fn links(ctx: &Ctx<'_>, path: &str, title: &str) -> Vec<(&'static str, String, String)> {
    let at = |ending: &str| format!("{}{}/{path}.{ending}", ctx.root(), ctx.lang());
    vec![(day::ATOM, at("atom"), title.to_owned()), (day::JSON, at("json"), title.to_owned())]
}

/// The same feeds for those who see the page.
pub(crate) fn line(ctx: &Ctx<'_>, feeds: &[(&'static str, String, String)]) -> Block {
    let mut words = vec![text(ctx.m("days-feeds")), text(ctx.m("title-colon"))];
    for (at, (kind, href, _)) in feeds.iter().enumerate() {
        if at > 0 {
            words.push(text(ctx.m("list-comma")));
        }
        words.push(text(if *kind == day::ATOM { "Atom" } else { "JSON Feed" }).to(href.clone()));
    }
    Block::para(words)
}

/// Writes the feeds of one language; returns how many.
pub(crate) fn write_feeds(
    ctx: &Ctx<'_>,
    settings: &Settings,
    all: &[Update],
    folder: &Folder<'_>,
) -> Result<u64, ReleaseError> {
    let feeds = feeds(ctx, all);
    for feed in &feeds {
        let updates = &feed.updates[..feed.updates.len().min(ENTRIES)];
        let made = formats::Made { ctx, settings, path: &feed.path, title: &feed.title };
        folder.write(&format!("{}/{}.atom", ctx.lang(), feed.path), made.atom(updates)?.as_bytes())?;
        folder.write(&format!("{}/{}.json", ctx.lang(), feed.path), &made.json(updates)?)?;
    }
    Ok(feeds.len() as u64 * 2)
}

/// Writes day pages and feeds; returns how many days and feeds there are.
pub(crate) fn write(
    data: &Dataset,
    policy: &Policy,
    index: &Index<'_>,
    given: &Outreach<'_>,
    folder: &Folder<'_>,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<(u64, u64), ReleaseError> {
    let (mut n_days, mut n_feeds) = (0, 0);
    for lang in Lang::ALL {
        let t = Speech::of(lang);
        let ctx = Ctx { data, index, policy, t, depth: 2 };
        let all = updates(&ctx, Some(given));
        let mut days: BTreeMap<Date, Vec<&Update>> = BTreeMap::new();
        all.iter().for_each(|update| days.entry(update.day).or_default().push(update));
        let newest: BTreeSet<Date> = days.keys().rev().take(CARDS).copied().collect();
        for (done, (day, own)) in days.iter().enumerate() {
            day::write(&ctx, given, *day, own, newest.contains(day), folder)?;
            progress("days", done as u64 + 1, days.len() as u64);
        }
        day::index(&ctx, &days, folder)?;
        n_days = days.len() as u64;
        n_feeds += write_feeds(&ctx, given.settings, &all, folder)?;
    }
    Ok((n_days, n_feeds))
}
