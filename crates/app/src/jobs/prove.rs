//! One thing with its proofs, for one reader: a folder that `verify` checks without the release and without a network.

use std::path::Path;

use domain::{Content, CustodyAction, CustodyEvent};
use evidence::ProofBundle;

use crate::anchors;
use crate::cli::prove::ProveArguments;
use crate::jobs::subject::{self, TOOL};
use crate::jobs::witness;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::say;
use crate::workspace::Workspace;

pub async fn run(workspace: &mut Workspace, arguments: &ProveArguments) -> Outcome<()> {
    let out = &arguments.out;
    if std::fs::read_dir(out).is_ok_and(|mut listing| listing.next().is_some()) {
        return Err(Refusal::new(format!("{} is not empty; nothing was written", out.display())));
    }
    let subject = subject::find(workspace, &arguments.id).await?;
    let mut entries = subject.all();
    // Whoever is shown something is also shown that part of it was withdrawn.
    let withdrawn: Vec<u64> = workspace
        .journal
        .withdrawals()
        .iter()
        .filter(|(about, _)| entries.contains(about))
        .map(|(_, by)| *by)
        .collect();
    entries.extend(withdrawn);
    entries.sort_unstable();
    let event = CustodyEvent {
        action: CustodyAction::Exported,
        subject: subject.id.clone(),
        entries: subject.all(),
        by: subject::user(&arguments.by),
        to: arguments.to.clone(),
        why: arguments.why.clone(),
        tool: TOOL.to_owned(),
    };
    // In the log before it leaves the house, and under the checkpoint that the bundle is proved with.
    workspace.record(vec![Content::Custody(event)]).await?;
    let policy = workspace.policy_text()?;
    if evidence::policy::Policy::parse(&policy)?.asks_for_witnesses() {
        for reason in witness::gather(workspace)?.not {
            say(format!("  not witnessed: {reason}"));
        }
    }
    let mut files = Vec::new();
    if !arguments.without_originals {
        for accession in subject.accessions.values() {
            match workspace.originals.is_here(&accession.original.sha256) {
                true => files.push(accession.original.sha256),
                false => {
                    say(format!("  the original {} is not here; it is not in the bundle", accession.original.sha256))
                }
            }
        }
        files.sort();
        files.dedup();
    }
    let withhold = |_: u64, name: &str| arguments.withhold.iter().any(|own| own == name);
    ProofBundle {
        journal: &workspace.journal,
        originals: &workspace.originals,
        entries: entries.clone(),
        files: files.clone(),
        withhold: &withhold,
        policy: &policy,
    }
    .write(out)?;
    let size = workspace.journal.len();
    anchors::copy(&workspace.dir, &out.join("anchors"), &|older, to| {
        let proof = workspace.journal.consistency(older, size).unwrap_or_default();
        anchors::write(&to.join("consistency"), evidence::consistency_text(&proof).as_bytes())
    })?;
    write_readme(out, &workspace.vkey())?;
    say(format!(
        "{} entries and {} originals with their proofs are in {}; the public key is {}",
        entries.len(),
        files.len(),
        out.display(),
        workspace.vkey()
    ));
    Ok(())
}

fn write_readme(out: &Path, vkey: &str) -> Outcome<()> {
    let text = format!(
        "This folder proves what it shows. Check it, without a network, with\n\n    tawthiq verify . --key {vkey}\n\n\
         where the key should be one that you got another way than with this folder.\n\n\
         entries/N.json       what entry N of the log says; a field that is withheld is its commitment alone\n\
         entries/N.leaf, entries/N.tlog-proof   the same for other programs (c2sp.org/tlog-proof)\n\
         originals/SHA256     files, byte for byte as they were received\n\
         policy.txt           the log's key and the witnesses that count (c2sp.org/tlog-policy)\n\
         anchors/             what outsiders say: cosigned checkpoints and time stamps\n"
    );
    let path = out.join("README.txt");
    std::fs::write(&path, text).map_err(|e| Refusal::io("could not write", &path, e))
}
