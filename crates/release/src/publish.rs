//! The order of a release: a folder, assets, data, proofs, pages; or, without writing, what would be in it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::archive::write_metadata;
use crate::cache::{Keys, PageCache};
use crate::folder::Folder;
use crate::l10n::{Lang, Speech};
use crate::pages::{self, Ctx, Kind, Site, jobs};
use crate::printed;
use crate::view::{LeftOut, Shown, View};
use crate::{Changes, Dataset, HeldBack, Policy, ReleaseError, Summary, data as downloads};

/// What was written, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Published {
    pub pages: u64,
    /// Pages of the last release that were left as they stood.
    pub pages_left: u64,
    pub files: u64,
    pub bytes: u64,
    pub proofs: u64,
    pub proofs_left: u64,
    /// What the policy kept back, one sentence each.
    pub held_back: Vec<String>,
    /// Since the release before, where there was one.
    pub changes: Option<Changes>,
}

/// What would become public, counted. Nothing is written for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Plan {
    pub version: String,
    pub pages: u64,
    pub proofs: u64,
    pub persons: u64,
    pub persons_named: u64,
    pub persons_without_name: u64,
    pub records: u64,
    pub figures: u64,
    pub statements: u64,
    pub events: u64,
    pub notices: u64,
    pub files_taken_in: u64,
    /// Fields of records that are public.
    pub record_fields: BTreeSet<String>,
    pub counts_held_back: u64,
    pub held_back: Vec<String>,
    pub changes: Option<Changes>,
}

const STYLE: &str = include_str!("../web/style.css");
const ICON: &[u8] = include_bytes!("../web/icon.svg");
const SITE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/web/dist/site.js"));
const CHART: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/web/dist/chart.js"));

/// What pages outside a site need beside them: styles, colours and the logo.
pub(crate) fn stand_alone_assets(policy: &Policy, folder: &Folder<'_>) -> Result<(), ReleaseError> {
    let style = format!("{STYLE}{}", policy.theme.css());
    folder.write("assets/style.css", style.as_bytes())?;
    folder.write("assets/icon.svg", ICON)?;
    folder.write("assets/leaf.css", crate::leaf::LEAF_CSS)?;
    match &policy.theme.picture {
        Some(logo) => folder.write(logo.path, &logo.bytes),
        None => Ok(()),
    }
}

/// Pages drawn between two reports of progress.
const PAGES_A_STEP: usize = 1024;

/// Writes pages, `data/` and `proofs/` into `out`. The log and the sums over all files are the caller's next step.
///
/// An `out` that is not empty is refused unless it holds an earlier release, which is then replaced. The arguments are
/// those of [`publish_into`]; the pages of reports, notices, updates and charts say that there are none.
pub fn publish(
    data: &Dataset,
    policy: &Policy,
    out: &Path,
    disclose: &dyn Fn(u64) -> Result<String, String>,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<Published, ReleaseError> {
    let shown = Shown::new(data, policy)?;
    let folder = Folder::prepare(out)?;
    let view = shown.view();
    let published = write(&view, &folder, &PageCache::default(), false, disclose, progress)?;
    crate::outreach::bare(&view, &folder)?;
    Ok(published)
}

/// Writes pages, `data/` and `proofs/` into a folder, for [`crate::outreach()`] to write beside them.
///
/// `disclose` gives what may be shown of one journal entry as JSON text, with restricted fields withheld (see
/// [`crate::Withholding`]). `progress` is told the step, how much of it is done and how much there is.
/// In a folder of [`Folder::again`], files whose `cache` key is still the same are left; the bytes are those of a whole release.
pub fn publish_into(
    view: &View<'_>,
    folder: &Folder<'_>,
    cache: &PageCache,
    disclose: &dyn Fn(u64) -> Result<String, String>,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<Published, ReleaseError> {
    write(view, folder, cache, true, disclose, progress)
}

fn write(
    view: &View<'_>,
    folder: &Folder<'_>,
    cache: &PageCache,
    has_cards: bool,
    disclose: &dyn Fn(u64) -> Result<String, String>,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<Published, ReleaseError> {
    let View { data, policy, index, left_out } = view;
    stand_alone_assets(policy, folder)?;
    folder.write("assets/site.js", SITE)?;
    folder.write("assets/chart.js", CHART)?;
    let plain = Ctx { data, index, policy, t: Speech::of(Lang::En), depth: 0 };
    let mut held_back = held_back(&plain, *left_out);
    // Neither needs the other.
    let described = || {
        let (summary, changes) = Summary::of(data, policy);
        write_metadata(&plain, &summary, changes.as_ref(), folder).map(|()| (summary, changes))
    };
    let (counts, described) = rayon::join(|| downloads::write(&plain, folder), described);
    held_back.extend(counts?);
    let (summary, changes) = described?;
    let keys = Keys::new(data, index, policy, cache);
    let (proofs, proofs_left) = prove(data, &keys, cache, folder, disclose, progress)?;

    let site = Site::new(data, index, policy, changes.as_ref(), has_cards);
    let drawn = |e: askama::Error| ReleaseError::Page(e.to_string());
    folder.write("index.html", pages::choose(data, policy).map_err(drawn)?.as_bytes())?;
    folder.write("404.html", pages::missing(data, policy).map_err(drawn)?.as_bytes())?;
    let jobs = jobs(data, index, &summary);
    let (mut done, all, left) = (0, jobs.len() as u64 * 3, AtomicU64::new(0));
    for step in jobs.chunks(PAGES_A_STEP) {
        step.par_iter().try_for_each(|job| {
            let is_left = one_page(job, &site, &keys, cache, folder)?;
            left.fetch_add(if is_left { 3 } else { 0 }, Ordering::Relaxed);
            Ok::<(), ReleaseError>(())
        })?;
        done += step.len() as u64 * 3;
        progress("pages", done, all);
    }
    index.reader.check()?;
    Ok(Published {
        pages: all + 1,
        pages_left: left.into_inner(),
        files: folder.files.load(Ordering::Relaxed),
        bytes: folder.bytes.load(Ordering::Relaxed),
        proofs,
        proofs_left,
        held_back,
        changes,
    })
}

/// Draws a page in every language, or leaves what stands there; says whether it was left.
fn one_page(
    job: &Kind<'_>,
    site: &Site<'_>,
    keys: &Keys<'_>,
    cache: &PageCache,
    folder: &Folder<'_>,
) -> Result<bool, ReleaseError> {
    let path = job.path();
    let key = keys.of(job);
    let file = |lang: Lang| format!("{}/{path}.html", lang.tag());
    let is_left =
        key.is_some_and(|key| cache.had(&path, &key)) && Lang::ALL.into_iter().all(|lang| folder.keep(&file(lang)));
    if !is_left {
        for lang in Lang::ALL {
            let html = site.draw(job, lang).map_err(|e| ReleaseError::Page(e.to_string()))?;
            folder.write(&file(lang), html.as_bytes())?;
        }
    }
    Ok(is_left)
}

/// Counts what [`publish`] would write.
pub fn plan(data: &Dataset, policy: &Policy, held: &HeldBack) -> Result<Plan, ReleaseError> {
    let shown = Shown::new(data, policy)?;
    let View { data, policy, index, left_out } = &shown.view();
    let (summary, changes) = Summary::of(data, policy);
    let named = data.persons.iter().filter(|p| index.is_open(p)).count() as u64;
    let counts: usize = index.suppressed.values().map(|s| s.len()).sum();
    let mut sentences = held.sentences();
    sentences.extend(held_back(&Ctx { data, index, policy, t: Speech::of(Lang::En), depth: 0 }, *left_out));
    sentences.extend(crate::notice::held_back(data));
    Ok(Plan {
        version: summary.version.clone(),
        pages: jobs(data, index, &summary).len() as u64 * 3 + 1,
        proofs: entries(data).len() as u64,
        persons: data.persons.len() as u64,
        persons_named: named,
        persons_without_name: data.persons.len() as u64 - named,
        records: data.records.len() as u64,
        figures: data.figures.len() as u64,
        statements: data.statements.len() as u64,
        events: data.events.len() as u64,
        notices: crate::notice::published(data).count() as u64,
        files_taken_in: data.accessions.len() as u64,
        record_fields: policy.record_fields.clone(),
        counts_held_back: counts as u64,
        held_back: sentences,
        changes,
    })
}

/// Journal entries that get a proof.
fn entries(data: &Dataset) -> Vec<u64> {
    let mut entries: Vec<u64> = data.records.values().map(|(index, _)| *index).collect();
    entries.extend(data.accessions.iter().map(|(index, _)| *index));
    entries.extend(data.figures.iter().map(|(index, _)| *index));
    entries.extend(data.statements.iter().map(|(index, _)| *index));
    entries.extend(data.events.iter().map(|(index, _)| *index));
    entries.extend(crate::notice::published(data).map(|(index, _)| *index));
    entries.sort_unstable();
    entries.dedup();
    entries
}

/// How many proofs there are, and how many of them were left.
fn prove(
    data: &Dataset,
    keys: &Keys<'_>,
    cache: &PageCache,
    folder: &Folder<'_>,
    disclose: &dyn Fn(u64) -> Result<String, String>,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<(u64, u64), ReleaseError> {
    let entries = entries(data);
    let mut proofs = keys.proofs().into_iter().peekable();
    let (all, mut left) = (entries.len() as u64, 0);
    // Both are in the order of their indices.
    let mut key_of = |index: u64| {
        while proofs.next_if(|(of, _)| *of < index).is_some() {}
        proofs.next_if(|(of, _)| *of == index).map(|(_, key)| key)
    };
    let keyed: Vec<_> = entries.iter().map(|index| (*index, key_of(*index))).collect();
    let is_kept = |(index, key): &(u64, Option<_>)| {
        let name = format!("proofs/{index}");
        key.as_ref().is_some_and(|key| cache.had(&name, key)) && folder.keep(&format!("{name}.json"))
    };
    let kept: Vec<bool> = keyed.par_iter().map(is_kept).collect();
    for (done, (index, is_kept)) in entries.iter().zip(kept).enumerate() {
        if is_kept {
            left += 1;
        } else {
            let proof = disclose(*index).map_err(|reason| ReleaseError::Proof { index: *index, reason })?;
            folder.write(&format!("proofs/{index}.json"), proof.as_bytes())?;
        }
        if (done + 1) % 256 == 0 || done as u64 + 1 == all {
            progress("proofs", done as u64 + 1, all);
        }
    }
    Ok((all, left))
}

fn held_back(ctx: &Ctx<'_>, left_out: LeftOut) -> Vec<String> {
    let Ctx { data, policy, index, .. } = *ctx;
    let mut sentences = Vec::new();
    if left_out != LeftOut::default() {
        sentences.push(format!(
            "{} persons whom nobody has approved for publication, and {} records: with a minimum for counts they are counted, \
             and have no page, no row and no proof",
            left_out.persons, left_out.records
        ));
    }
    let closed = data.persons.iter().filter(|p| !index.is_open(p)).count();
    if closed > 0 {
        sentences.push(format!("the names of {closed} real persons, whom nobody has approved for publication"));
        if policy.minimum_cell <= 1 {
            sentences.push(
                "no count, however small: a count of one can tell what is withheld of a person. Set minimum_cell"
                    .into(),
            );
        }
    }
    if !data.records.is_empty() {
        sentences.push(format!("original columns and free fields of {} records", data.records.len()));
    }
    if !data.events.is_empty() {
        sentences.push(format!("original columns and free fields of {} events", data.events.len()));
    }
    if policy.minimum_cell > 1 {
        sentences.push(format!("counts of persons below {}, and persons who may not be named", policy.minimum_cell));
        for (trust, held) in index.suppressed.iter().filter(|(_, held)| held.len() > 0) {
            sentences.push(format!(
                "{} counts of the tally {trust}, for being small or giving a small one away",
                held.len()
            ));
        }
        let before = data.previous.as_ref().and_then(|before| Some((before.counts.as_deref()?, &before.version)));
        sentences.extend(before.and_then(|(counts, version)| {
            printed::small_steps(counts, version, &printed::counts(ctx), policy.minimum_cell)
        }));
    }
    sentences
}
