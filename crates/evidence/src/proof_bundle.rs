//! A proof bundle: a few entries with the way from each to the signed root, and the originals that they speak of, for
//! one reader (a court, a family), apart from any release.
//!
//! `bundle.json` names what is in it; `entries/<index>.json` is a [`Disclosure`], or leaf and proof alone where the
//! payload was withdrawn; `originals/<sha256>`; `policy.txt`; `anchors/` as beside a log. Nothing in it is believed but
//! the key.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::Sha256Digest;
use serde::{Deserialize, Serialize};

use crate::cosign::CLOCKS_APART;
use crate::disclosure::{DisclosedField, Disclosure, disclose};
use crate::entry::{EntryKind, Leaf};
use crate::merkle::{Hash, check_consistency};
use crate::note::{Checkpoint, Verifier};
use crate::outside::OwnPolicy;
use crate::verify::{self, CheckState, OTHER_FILES, Options, VerifyReport, Withdrawn};
use crate::{EvidenceError, InclusionProof, Journal, Originals, Result, files, outside};

const FORMAT: &str = "tawthiq-bundle/v1";

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    format: String,
    entries: Vec<u64>,
    originals: Vec<Sha256Digest>,
}

/// An entry whose payload is not here any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bare {
    index: u64,
    leaf: String,
    proof: String,
}

/// What goes into a bundle.
pub struct ProofBundle<'a> {
    pub journal: &'a Journal,
    pub originals: &'a Originals,
    pub entries: Vec<u64>,
    pub files: Vec<Sha256Digest>,
    /// Fields that are not shown, by entry and name.
    pub withhold: &'a dyn Fn(u64, &str) -> bool,
    pub policy: &'a str,
}

impl ProofBundle<'_> {
    /// Writes it into a folder that is empty or not there, for its owner alone: whoever hands it over decides who reads it.
    pub fn write(&self, out: &Path) -> Result<()> {
        files::make_private_dir(&out.join("entries"))?;
        for &index in &self.entries {
            let entry = self.journal.get(index)?;
            let proof = self.journal.prove(index)?.text();
            let withhold = |name: &str, _: &str| (self.withhold)(index, name);
            let leaf = String::from_utf8_lossy(&entry.leaf).into_owned();
            let json = match &entry.payload {
                Some(_) => serde_json::to_string_pretty(&disclose(&entry, &withhold, Some(proof.clone()))?),
                None => serde_json::to_string_pretty(&Bare { index, leaf, proof: proof.clone() }),
            };
            let json = json.map_err(|e| EvidenceError::Note(e.to_string()))?;
            files::write_durable(&out.join(format!("entries/{index}.json")), json.as_bytes())?;
            // The same once more, for programs that are not ours.
            files::write_durable(&out.join(format!("entries/{index}.leaf")), &entry.leaf)?;
            files::write_durable(&out.join(format!("entries/{index}.tlog-proof")), proof.as_bytes())?;
        }
        for digest in &self.files {
            files::make_private_dir(&out.join("originals"))?;
            self.originals.copy_durable(digest, &out.join("originals").join(digest.hex()))?;
        }
        files::write_durable(&out.join("policy.txt"), self.policy.as_bytes())?;
        let contents =
            Contents { format: FORMAT.to_owned(), entries: self.entries.clone(), originals: self.files.clone() };
        let json = serde_json::to_string_pretty(&contents).map_err(|e| EvidenceError::Note(e.to_string()))?;
        files::write_durable(&out.join("bundle.json"), json.as_bytes())
    }
}

/// Verifies a bundle: originals -> fields -> commitment -> leaf -> inclusion -> checkpoint -> quorum -> time.
pub fn verify_bundle(folder: &Path, options: &Options<'_>) -> VerifyReport {
    let given = options.given_key();
    let mut report = VerifyReport { key_was_given: given.is_some(), ..VerifyReport::default() };
    let verifier = verify::key(&mut report, folder, "policy.txt", given.as_deref());
    let contents = report.text(folder, "bundle.json");
    let contents = contents.and_then(|text| match serde_json::from_str::<Contents>(&text) {
        Ok(contents) if contents.format == FORMAT => Some(contents),
        Ok(contents) => {
            report.bad("bundle.json", format!("it is of the form {:?}, which is not known", contents.format));
            None
        }
        Err(error) => {
            report.bad("bundle.json", error.to_string());
            None
        }
    });
    let (Some(verifier), Some(contents)) = (verifier, contents) else { return report.sorted() };
    let found = entries(&mut report, folder, &verifier, &contents);
    originals(&mut report, folder, &contents, &found.named);
    if let Some((note, checkpoint)) = &found.checkpoint {
        let Some(own) = report.text(folder, "policy.txt") else { return report.sorted() };
        let policy = OwnPolicy::unproved(options, &own, "policy.txt");
        let known = outside::Known {
            verifier: &verifier,
            policy: policy.text,
            policy_path: policy.path,
            whose_policy: policy.whose,
            is_policy_proved: policy.is_proved,
            last_entry_at: &|size| found.times.range(..size).next_back().map(|(_, time)| *time),
            now: options.now,
            checkpoint,
            note,
            needed: contents.entries.iter().max().map_or(0, |last| last.saturating_add(1)),
            is_of_log: &|older, dir| grew_into(older, dir, checkpoint),
        };
        outside::check(&mut report, &folder.join("anchors"), &known, options.times);
        idle_anchors(&mut report, &folder.join("anchors"), checkpoint.size);
    }
    entries_to_come(&mut report, &found.times, options.now);
    report.strangers(folder, &|path| belongs(path, &contents), UNCHECKED);
    unlisted(&mut report);
    report.sorted()
}

/// Nothing else says what they should be.
const UNCHECKED: &str = "README.txt is words for the reader, and the list in bundle.json is not signed: neither proves anything, \
                         and whoever takes an entry away with all its files leaves no trace here";

/// What stands here and is not in the list: somebody added it, to be taken for a part of what is proved, or cut the list short.
fn unlisted(report: &mut VerifyReport) {
    let strangers = std::mem::take(&mut report.strangers);
    if !strangers.is_empty() {
        let told = report.checks.iter_mut().filter(|check| check.name == OTHER_FILES);
        told.for_each(|check| check.state = CheckState::Bad);
    }
    for path in strangers {
        report.bad(&path, "bundle.json does not name it: it was added, or the list was cut short");
    }
}

/// What bears the name of an anchor and is part of no word of an outsider: it was put there to be read as one.
fn idle_anchors(report: &mut VerifyReport, anchors: &Path, newest: u64) {
    let (mut stamped_by, sizes) = (BTreeSet::new(), outside::sizes(anchors));
    for (size, dir) in &sizes {
        stamped_by.extend(outside::file_names(dir).filter_map(|name| Some(name.strip_suffix(".tsr")?.to_owned())));
        let leads_from = ["checkpoint", "stamped"].iter().any(|name| dir.join(name).exists());
        // A checkpoint of the bundle's own size leads to itself.
        let is_idle = |text: Vec<u8>| !leads_from || *size == newest && !text.is_empty();
        if files::read_regular(&dir.join("consistency")).is_ok_and(is_idle) {
            report.bad(&format!("anchors/{size}/consistency"), "it leads from no checkpoint that is here");
        }
    }
    for name in outside::file_names(anchors) {
        if let Some(authority) = outside::authority(&name).filter(|authority| !stamped_by.contains(*authority)) {
            let why = format!("no stamp {authority}.tsr is here that it could be the certificates for");
            report.bad(&format!("anchors/{name}"), why);
        }
    }
}

/// Clocks may be a day apart.
fn entries_to_come(report: &mut VerifyReport, times: &BTreeMap<u64, i64>, now: Option<i64>) {
    let Some(now) = now else { return };
    let mut to_come = times.iter().filter(|(_, time)| **time > now.saturating_add(CLOCKS_APART));
    let Some((first, _)) = to_come.next() else { return };
    let (last, time) = to_come.next_back().unwrap_or((first, &times[first]));
    report.to_come(*first, *last, *time, now);
}

/// True of the files that a bundle of these contents is made of.
fn belongs(path: &str, contents: &Contents) -> bool {
    let (dir, name) = path.split_once('/').unwrap_or(("", path));
    match dir {
        "" => ["bundle.json", "policy.txt", "README.txt"].contains(&name),
        "entries" => name.split_once('.').is_some_and(|(index, end)| {
            let is_listed = index.parse().is_ok_and(|index: u64| contents.entries.contains(&index));
            is_listed && ["json", "leaf", "tlog-proof"].contains(&end)
        }),
        "originals" => contents.originals.iter().any(|digest| digest.hex() == name),
        "anchors" => outside::is_anchor(name),
        _ => false,
    }
}

/// By the consistency proof that lies beside an older checkpoint: a Base64 hash a line.
fn grew_into(older: &Checkpoint, dir: &Path, newest: &Checkpoint) -> std::result::Result<(), String> {
    if older.size == newest.size {
        return outside::agrees(Some(newest.root), older);
    }
    let bytes = files::read_regular(&dir.join("consistency")).map_err(|e| format!("its consistency proof: {e}"))?;
    let hash = |line: &str| BASE64_STANDARD.decode(line).ok()?.try_into().ok();
    let text = String::from_utf8(bytes).map_err(|_| "its consistency proof is not text")?;
    let proof: Option<Vec<Hash>> = text.lines().map(hash).collect();
    let proof = proof.filter(|proof| consistency_text(proof) == text).ok_or("its consistency proof cannot be read")?;
    let good = check_consistency(older.size, &older.root, newest.size, &newest.root, &proof);
    if good { Ok(()) } else { Err("its consistency proof does not lead to the newest checkpoint".to_owned()) }
}

/// A consistency proof as it lies beside an older checkpoint.
pub fn consistency_text(proof: &[Hash]) -> String {
    proof.iter().map(|hash| BASE64_STANDARD.encode(hash) + "\n").collect()
}

#[derive(Default)]
struct Found {
    checkpoint: Option<(String, Checkpoint)>,
    /// Originals that a shown field names, and the entry.
    named: BTreeMap<Sha256Digest, u64>,
    /// When entries were recorded, seconds since 1970.
    times: BTreeMap<u64, i64>,
}

fn entries(report: &mut VerifyReport, folder: &Path, verifier: &Verifier, contents: &Contents) -> Found {
    let mut found = Found::default();
    let before = report.faults();
    if contents.entries.is_empty() {
        report.bad("bundle.json", "it names no entry: nothing is proved");
    }
    for &index in &contents.entries.iter().copied().collect::<BTreeSet<_>>() {
        let path = format!("entries/{index}.json");
        let Some(text) = report.text(folder, &path) else { continue };
        let (leaf, proof, is_whole) = match read(&text, index) {
            Ok((leaf, proof, disclosure)) => {
                if let Some(disclosure) = &disclosure {
                    found.named.extend(named(disclosure).map(|digest| (digest, index)));
                }
                (leaf, proof, disclosure.is_some())
            }
            Err(reason) => {
                report.bad(&path, reason);
                continue;
            }
        };
        if let Err(reason) = proof.check(leaf.as_bytes(), verifier) {
            report.bad(&path, reason);
            continue;
        }
        for (end, wanted) in [("leaf", &leaf), ("tlog-proof", &proof.text())] {
            let copy = format!("entries/{index}.{end}");
            if report.text(folder, &copy).is_some_and(|text| text != *wanted) {
                report.bad(&copy, format!("it says another thing than {path}"));
            }
        }
        let parsed = Leaf::parse(leaf.as_bytes());
        found.times.extend(parsed.as_ref().map(|leaf| (index, leaf.time)));
        if let Some(Leaf { kind: EntryKind::Redact, parent: Some(entry), .. }) = parsed {
            report.withdrawn.push(Withdrawn { entry, by: index });
        }
        if !is_whole && !contents.entries.iter().any(|by| *by > index) {
            report.bad(&path, "its content is not shown, and no later entry says that it was withdrawn");
        }
        report.proofs += 1;
        match (&found.checkpoint, Checkpoint::open(&proof.checkpoint, verifier)) {
            (None, Ok(checkpoint)) => {
                report.entries = checkpoint.size;
                found.checkpoint = Some((proof.checkpoint, checkpoint));
            }
            (Some((note, _)), _) if *note != proof.checkpoint => {
                report.bad(&path, "it is proved under another checkpoint")
            }
            _ => {}
        }
    }
    let state = report.since(before);
    let detail = match state {
        CheckState::Good => format!(
            "what is shown of {} entries is what the signed log of {} entries commits to; whoever made the bundle chose which, and \
             what was left out or taken out of it since cannot be told",
            report.proofs, report.entries
        ),
        CheckState::Missing => "some entries are missing".to_owned(),
        _ => "some entries are missing or are not what the signed log commits to".to_owned(),
    };
    report.found("entries", state, detail);
    found
}

type Read = (String, InclusionProof, Option<Disclosure>);

fn read(text: &str, index: u64) -> std::result::Result<Read, String> {
    if let Ok(disclosure) = serde_json::from_str::<Disclosure>(text) {
        let proof = disclosure.checked_proof()?;
        if disclosure.index != index {
            return Err("it is of another entry than its name says".to_owned());
        }
        return Ok((disclosure.leaf.clone(), proof, Some(disclosure)));
    }
    let bare: Bare = serde_json::from_str(text).map_err(|e| format!("it cannot be read: {e}"))?;
    let proof = InclusionProof::parse(&bare.proof).ok_or("the proof cannot be read")?;
    if bare.index != index || proof.index != index {
        return Err("it is of another entry than its name says".to_owned());
    }
    Ok((bare.leaf, proof, None))
}

/// Originals that a shown field names by their SHA-256.
fn named(disclosure: &Disclosure) -> impl Iterator<Item = Sha256Digest> + '_ {
    disclosure.fields.iter().filter_map(|field| match field {
        DisclosedField::Shown { name, value, .. } if name == "original" => {
            let value: serde_json::Value = serde_json::from_str(value).ok()?;
            Sha256Digest::from_hex(value.get("sha256")?.as_str()?)
        }
        _ => None,
    })
}

fn originals(report: &mut VerifyReport, folder: &Path, contents: &Contents, named: &BTreeMap<Sha256Digest, u64>) {
    let before = report.faults();
    for digest in &contents.originals {
        let path = format!("originals/{digest}");
        match files::digest_regular(&folder.join(&path)) {
            Ok(found) if found == digest.0 && named.contains_key(digest) => report.files += 1,
            Ok(found) if found == digest.0 => report.bad(&path, "no entry that is shown names it"),
            Ok(_) => report.bad(&path, "its bytes are not those that were received"),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => report.missing.push(path),
            Err(error) => report.bad(&path, error.to_string()),
        }
    }
    let state = report.since(before);
    let n_absent = named.keys().filter(|digest| !contents.originals.contains(digest)).count();
    let mut detail = match (state, contents.originals.len()) {
        (CheckState::Good, 0) => "none is in this bundle".to_owned(),
        (CheckState::Good, n) => format!("all {n} are, byte for byte, what the entries say was received"),
        (CheckState::Missing, _) => "originals that it names are missing".to_owned(),
        _ => "originals are missing or are not what was received".to_owned(),
    };
    if n_absent > 0 {
        detail.push_str(&format!("; {n_absent} that the entries name were not handed over with it"));
    }
    report.found("originals", state, detail);
}
