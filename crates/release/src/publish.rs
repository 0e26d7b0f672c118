//! The order of a release: an empty folder, assets, data, proofs, pages.

use std::path::Path;
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use crate::folder::Folder;
use crate::index::Index;
use crate::l10n::Lang;
use crate::pages::{Site, jobs};
use crate::{Dataset, Policy, ReleaseError, data as downloads};

/// What was written, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Published {
    pub pages: u64,
    pub files: u64,
    pub bytes: u64,
    pub proofs: u64,
    /// What the policy kept back, one sentence each.
    pub held_back: Vec<String>,
}

const STYLE: &[u8] = include_bytes!("../web/style.css");
const ICON: &[u8] = include_bytes!("../web/icon.svg");
const SITE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/web/dist/site.js"));
const CHART: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/web/dist/chart.js"));

/// What pages outside a site need beside them.
pub(crate) fn stand_alone_assets(folder: &Folder) -> Result<(), ReleaseError> {
    folder.write("assets/style.css", STYLE)?;
    folder.write("assets/icon.svg", ICON)?;
    folder.write("assets/leaf.css", crate::leaf::LEAF_CSS)
}

/// Pages drawn between two reports of progress.
const PAGES_A_STEP: usize = 256;

/// Writes pages, `data/` and `proofs/` into `out`. The log and the sums over all files are the caller's next step.
///
/// `disclose` gives the proof of one journal entry as JSON text, with restricted fields withheld (see
/// [`crate::Withholding`]). `progress` is told the step, how much of it is done and how much there is.
/// An `out` that is not empty is refused unless it holds an earlier release, which is then replaced.
pub fn publish(
    data: &Dataset,
    policy: &Policy,
    out: &Path,
    disclose: &dyn Fn(u64) -> Result<String, String>,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<Published, ReleaseError> {
    check(data)?;
    let index = Index::new(data, policy);
    let folder = Folder::prepare(out)?;
    for (path, bytes) in
        [("assets/style.css", STYLE), ("assets/icon.svg", ICON), ("assets/site.js", SITE), ("assets/chart.js", CHART)]
    {
        folder.write(path, bytes)?;
    }
    let mut held_back = held_back(data, policy, &index);
    held_back.extend(downloads::write(data, policy, &folder)?);
    crate::outreach::bare(data, policy, &index, &folder)?;
    let proofs = prove(data, &folder, disclose, progress)?;

    let site = Site::new(data, &index, policy);
    let drawn = |e: askama::Error| ReleaseError::Page(e.to_string());
    folder.write("index.html", site.choose().map_err(drawn)?.as_bytes())?;
    let jobs = jobs(data, &index);
    let (mut done, all) = (0, jobs.len() as u64 * 3);
    for step in jobs.chunks(PAGES_A_STEP) {
        step.par_iter().try_for_each(|job| {
            Lang::ALL.into_iter().try_for_each(|lang| {
                let html = site.draw(job, lang).map_err(drawn)?;
                folder.write(&format!("{}/{}.html", lang.tag(), job.path()), html.as_bytes())
            })
        })?;
        done += step.len() as u64 * 3;
        progress("pages", done, all);
    }
    Ok(Published {
        pages: all + 1,
        files: folder.files.load(Ordering::Relaxed),
        bytes: folder.bytes.load(Ordering::Relaxed),
        proofs,
        held_back,
    })
}

/// Refuses what could write outside the folder or over another page.
fn check(data: &Dataset) -> Result<(), ReleaseError> {
    let mut slugs = std::collections::BTreeSet::from(["index"]);
    for claim in &data.claims {
        let is_plain = domain::QuestionId::new(claim.slug.as_str()).is_ok();
        if !is_plain || !slugs.insert(&claim.slug) {
            return Err(ReleaseError::Data(format!(
                "the claim's address {:?} is not plain, or is there twice",
                claim.slug
            )));
        }
    }
    Ok(())
}

fn prove(
    data: &Dataset,
    folder: &Folder,
    disclose: &dyn Fn(u64) -> Result<String, String>,
    progress: &dyn Fn(&str, u64, u64),
) -> Result<u64, ReleaseError> {
    let mut entries: Vec<u64> = data.records.values().map(|(index, _)| *index).collect();
    entries.extend(data.accessions.iter().map(|(index, _)| *index));
    entries.extend(data.figures.iter().map(|(index, _)| *index));
    entries.extend(data.statements.iter().map(|(index, _)| *index));
    entries.extend(data.events.iter().map(|(index, _)| *index));
    entries.sort_unstable();
    entries.dedup();
    let all = entries.len() as u64;
    for (done, index) in entries.iter().enumerate() {
        let proof = disclose(*index).map_err(|reason| ReleaseError::Proof { index: *index, reason })?;
        folder.write(&format!("proofs/{index}.json"), proof.as_bytes())?;
        if (done + 1) % 256 == 0 || done as u64 + 1 == all {
            progress("proofs", done as u64 + 1, all);
        }
    }
    Ok(all)
}

fn held_back(data: &Dataset, policy: &Policy, index: &Index<'_>) -> Vec<String> {
    let mut sentences = Vec::new();
    let closed = data.persons.iter().filter(|p| !index.is_open(p)).count();
    if closed > 0 {
        sentences.push(format!("the names of {closed} real persons, whom nobody has approved for publication"));
    }
    if !data.records.is_empty() {
        sentences.push(format!("original columns and free fields of {} records", data.records.len()));
    }
    if !data.events.is_empty() {
        sentences.push(format!("original columns and free fields of {} events", data.events.len()));
    }
    if policy.minimum_cell > 1 {
        sentences.push(format!("counts of persons below {}", policy.minimum_cell));
    }
    sentences
}
