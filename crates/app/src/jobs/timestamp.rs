//! Time stamps over a checkpoint: RFC 3161 tokens, and OpenTimestamps. One a day is enough: a stamp over a checkpoint
//! proves the time of every entry before it.

use std::path::PathBuf;

use evidence::OutsideState;
use evidence::note::{Checkpoint, Verifier};

use crate::anchors::{self, Checker, http, ots, rfc3161};
use crate::cli::timestamp::TimestampArguments;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::{say, utc};
use crate::workspace::{Workspace, entropy, now};

const DAY: i64 = 86_400;
const STAMPED: &str = "stamped";
/// What else lies beside stamps.
const OWN_NAMES: [&str; 3] = [STAMPED, "checkpoint", "consistency"];

pub fn run(workspace: &mut Workspace, arguments: &TimestampArguments) -> Outcome<()> {
    if arguments.tsa.is_none() && arguments.ots.is_empty() {
        return Err(Refusal::new("no authority was named; nothing was stamped. Say --tsa URL or --ots URL"));
    }
    if workspace.journal.is_empty() {
        return Err(Refusal::new("the log has no entries yet; nothing was stamped"));
    }
    if let Some(url) = &arguments.tsa {
        authority(workspace, url, arguments)?;
    }
    for url in &arguments.ots {
        calendar(workspace, url.trim_end_matches('/'), arguments)?;
    }
    Ok(())
}

/// What is stamped, and where the stamp goes. Once there are stamps over a checkpoint, its bytes are never written again.
struct ToStamp {
    dir: PathBuf,
    bytes: Vec<u8>,
}

impl ToStamp {
    /// The bytes that lie there, where they are a checkpoint of this log; else the newest checkpoint. Refused where stamps lie over
    /// bytes that are none: the next would be over what rotted.
    fn of(workspace: &Workspace) -> Outcome<Self> {
        let journal = &workspace.journal;
        let dir = anchors::dir(&workspace.dir, journal.len())?;
        let path = dir.join(STAMPED);
        let bytes = journal.checkpoint().as_bytes().to_vec();
        let Some(there) = anchors::read(&path) else { return Ok(Self { dir, bytes }) };
        let verifier = Verifier::parse(&workspace.vkey())?;
        let is_own = std::str::from_utf8(&there).is_ok_and(|note| {
            Checkpoint::open(note, &verifier)
                .is_ok_and(|own| own.size == journal.len() && journal.root(own.size) == Some(own.root))
        });
        if is_own {
            return Ok(Self { dir, bytes: there });
        }
        let is_stamp = |name: &str| [".tsr", ".ots"].iter().any(|end| name.ends_with(end));
        let stamps = std::fs::read_dir(&dir).into_iter().flatten().flatten();
        if stamps.filter_map(|entry| entry.file_name().into_string().ok()).any(|name| is_stamp(&name)) {
            return Err(Refusal::new(format!(
                "{} is damaged: it is not the checkpoint of this log that was stamped. Nothing was stamped: put it back from a good \
                 copy",
                path.display()
            )));
        }
        say(format!("{} was damaged, and nothing had stamped it: it is made again", path.display()));
        Ok(Self { dir, bytes })
    }

    /// Keeps a stamp, after the bytes that it is over.
    fn keep(&self, name: &str, stamp: &[u8]) -> Outcome<()> {
        anchors::write(&self.dir.join(STAMPED), &self.bytes)?;
        anchors::write(&self.dir.join(name), stamp)
    }
}

/// The time of the newest token of an authority.
fn newest(workspace: &Workspace, name: &str) -> Option<i64> {
    let all = workspace.dir.join("anchors");
    let time = |size: u64| {
        let dir = all.join(size.to_string());
        let stamp = anchors::read(&dir.join(format!("{name}.tsr")))?;
        rfc3161::claimed(&stamp, &anchors::read(&dir.join(STAMPED))?).ok()
    };
    anchors::sizes(&all).into_iter().rev().find_map(time)
}

fn authority(workspace: &Workspace, url: &str, arguments: &TimestampArguments) -> Outcome<()> {
    let name = &arguments.name;
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
        return Err(Refusal::new(format!("{name:?} cannot be the name of a file; nothing was stamped")));
    }
    if OWN_NAMES.contains(&name.as_str()) {
        return Err(Refusal::new(format!(
            "{name:?} is what a file beside the stamps is called; nothing was stamped. Give the authority another name"
        )));
    }
    if let Some(time) = newest(workspace, name).filter(|time| now() - time < DAY && !arguments.again) {
        say(format!(
            "{name} stamped this log at {}, less than a day ago; nothing was asked. Say --again to ask all the same",
            utc(time)
        ));
        return Ok(());
    }
    let ca_path = workspace.dir.join("anchors").join(format!("{name}.ca.pem"));
    let to_stamp = ToStamp::of(workspace)?;
    let bytes = &to_stamp.bytes;
    let known = anchors::read(&ca_path);
    let ca = match &arguments.ca {
        Some(path) => Some(crate::input::read(path).map_err(|e| Refusal::io("could not read", path, e))?),
        None => known.clone(),
    };
    let mut nonce = [0; 8];
    entropy(&mut nonce);
    let answer = http::post(url, "application/timestamp-query", &rfc3161::request(bytes, nonce))?;
    if answer.status != 200 {
        return Err(Refusal::new(format!("{url} answered {}; nothing was stamped", answer.status)));
    }
    rfc3161::claimed(&answer.body, bytes)
        .map_err(|why| Refusal::new(format!("{url}: {why}; the stamp was not kept")))?;
    if !rfc3161::answers(&answer.body, nonce) {
        return Err(Refusal::new(format!("{url} answered another request than ours; the stamp was not kept")));
    }
    let detail = match &ca {
        Some(ca) => {
            let token = rfc3161::verify(&answer.body, bytes, ca)
                .map_err(|why| Refusal::new(format!("{url}: {why}; the stamp was not kept")))?;
            anchors::write(&ca_path, &anchors::joined(&known.unwrap_or_default(), ca))?;
            format!("by {} at {}", token.signer, utc(token.time))
        }
        None => "not checked: give the authority's certificates with --ca".to_owned(),
    };
    to_stamp.keep(&format!("{name}.tsr"), &answer.body)?;
    say(format!("the log of {} entries is stamped ({detail})", workspace.journal.len()));
    Ok(())
}

fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).take(80).collect()
}

fn calendar(workspace: &Workspace, url: &str, arguments: &TimestampArguments) -> Outcome<()> {
    let name = format!("{}.ots", host(url));
    if arguments.upgrade {
        return upgrade(workspace, url, &name);
    }
    let to_stamp = ToStamp::of(workspace)?;
    let bytes = &to_stamp.bytes;
    if to_stamp.dir.join(&name).exists() {
        say(format!("{url} has this checkpoint already; nothing was asked. Say --upgrade for what it anchored since"));
        return Ok(());
    }
    let digest = domain::Sha256Digest::of(bytes).0;
    let answer = http::post(&format!("{url}/digest"), "application/x-www-form-urlencoded", &digest)?;
    let file = ots::File::new(bytes, &answer.body).filter(|_| answer.status == 200);
    let file =
        file.ok_or_else(|| Refusal::new(format!("{url} answered {} and no stamp; nothing was kept", answer.status)))?;
    to_stamp.keep(&name, &file.bytes())?;
    say(format!(
        "{url} promised to anchor the log of {} entries; ask again with --upgrade in a day",
        workspace.journal.len()
    ));
    Ok(())
}

/// Asks a calendar for what it anchored of the promises that it gave. Only the address that was named is asked, whatever
/// the file says.
fn upgrade(workspace: &Workspace, url: &str, name: &str) -> Outcome<()> {
    let all = workspace.dir.join("anchors");
    let (mut done, mut waiting) = (0, 0);
    for size in anchors::sizes(&all) {
        let path = all.join(size.to_string()).join(name);
        let Some(mut file) = anchors::read(&path).and_then(|bytes| ots::File::parse(&bytes)) else { continue };
        for (_, message) in file.pending() {
            let hex: String = message.iter().map(|b| format!("{b:02x}")).collect();
            let answer = http::get(&format!("{url}/timestamp/{hex}"))?;
            match answer.status == 200 && file.complete(&message, &answer.body) {
                true => done += 1,
                false => waiting += 1,
            }
        }
        anchors::write(&path, &file.bytes())?;
        let stamped = anchors::read(&all.join(size.to_string()).join(STAMPED)).unwrap_or_default();
        let found = ots::check(&file.bytes(), &stamped);
        if found.state != OutsideState::Pending {
            say(format!("the log of {size} entries: {}", found.detail));
        }
    }
    say(format!("{done} promises of {url} were kept, {waiting} not yet"));
    Ok(())
}

/// The reader of stamps, with the certificates that the caller trusts.
pub fn checker(ca: Option<&std::path::Path>) -> Outcome<Checker> {
    let ca = ca.map(|path| crate::input::read(path).map_err(|e| Refusal::io("could not read", path, e)));
    Ok(Checker { ca: ca.transpose()? })
}
