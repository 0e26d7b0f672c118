//! `tawthiq review`: two records side by side, the weight of each comparison, and a decision. It works on a terminal, through a
//! pipe, one decision at a time, and over a sheet.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use linkage::Verdict;

use crate::jobs::linked::{self, Linked};
use crate::jobs::review::{Item, describe, items, note_looks, record_verdict, to_json};
use crate::jobs::{quality, review_sheet, subject};
use crate::outputs::Output;
use crate::refusal::{Outcome, Refusal};
use crate::terminal::say;
use crate::workspace::Workspace;

/// Where the pairs come from.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Of {
    /// The decisions that change most.
    Queue,
    /// The stratified sample last drawn; weights and probabilities are not shown, so that they sway nobody.
    Sample,
}

#[derive(Args)]
pub struct ReviewArguments {
    /// Which pairs.
    #[arg(long, value_enum, default_value = "queue")]
    of: Of,
    /// At most this many pairs.
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: usize,
    /// Show the next pair and end.
    #[arg(long, conflicts_with_all = ["decide", "export", "import", "sample"])]
    next: bool,
    #[arg(long, requires = "next")]
    json: bool,
    /// Decide one pair: link, non-link or cannot-tell.
    #[arg(long, num_args = 3, value_names = ["RECORD_A", "RECORD_B", "VERDICT"], conflicts_with_all = ["export", "import", "sample"])]
    decide: Option<Vec<String>>,
    /// Why, in a few words.
    #[arg(long, value_name = "TEXT", requires = "decide")]
    why: Option<String>,
    /// Who decides; else TAWTHIQ_REVIEWER, else the name of the account (not for --import, where the sheet may say it row by row).
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Write the pairs to a sheet (CSV) for a team to fill in.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["import", "sample"])]
    export: Option<PathBuf>,
    /// Take the verdicts of a filled-in sheet.
    #[arg(long, value_name = "FILE", conflicts_with = "sample")]
    import: Option<PathBuf>,
    /// Draw a stratified sample of about N pairs, for `quality`.
    #[arg(long, value_name = "N")]
    sample: Option<usize>,
    /// Chooses the sample.
    #[arg(long, default_value_t = 1, value_name = "S", requires = "sample")]
    seed: u64,
}

fn named(given: Option<&str>) -> Option<String> {
    let named = given.map(str::to_owned).into_iter().chain(std::env::var("TAWTHIQ_REVIEWER").ok());
    named.map(|name| name.trim().to_owned()).find(|name| !name.is_empty())
}

fn reviewer(given: Option<&str>) -> String {
    named(given).unwrap_or_else(subject::account)
}

pub async fn run(workspace: &mut Workspace, arguments: &ReviewArguments) -> Outcome<()> {
    if let Some(decide) = &arguments.decide {
        let [a, b, verdict] = decide.as_slice() else {
            return Err(Refusal::new("--decide takes two records and a verdict; nothing was decided"));
        };
        let verdict = verdict.parse::<Verdict>().map_err(|e| Refusal::new(format!("{e}; nothing was decided")))?;
        let mut verdicts = linked::verdicts(workspace).await?;
        let by = reviewer(arguments.by.as_deref());
        let why = arguments.why.as_deref().unwrap_or("").trim();
        if why.is_empty() && arguments.why.is_some() {
            return Err(Refusal::new(
                "--why says nothing; nothing was decided. Say why in a few words, or leave --why out",
            ));
        }
        let entry = record_verdict(workspace, &mut verdicts, (a, b), verdict, &by, why).await?;
        say(format!("entry {entry}: {a} and {b}: {}; the next link honours it", word(verdict)));
        return Ok(());
    }
    if let Some(file) = &arguments.import {
        // The account is that of whoever takes the sheet in, who need not have decided anything.
        return review_sheet::import(workspace, file, named(arguments.by.as_deref()).as_deref()).await;
    }
    let linked = linked::open(workspace, "nothing can be reviewed").await?;
    if linked.not_linked > 0 {
        say(format!(
            "{} records were taken in since the last link run; they are not in this review",
            linked.not_linked
        ));
    }
    if let Some(n) = arguments.sample {
        return quality::draw(workspace, &linked, n, arguments.seed).await;
    }
    let sample = match arguments.of {
        Of::Queue => None,
        Of::Sample => Some(quality::last_sample(workspace).await?),
    };
    let items = items(&linked, sample.as_deref(), arguments.limit)?;
    if let Some(file) = &arguments.export {
        // Names of people leave the workspace in it.
        let output = Output::start_new(file)?;
        note_looks(workspace, &linked, &items).await?;
        return review_sheet::export(&linked, &items, file, output);
    }
    if arguments.next {
        note_looks(workspace, &linked, &items[..items.len().min(1)]).await?;
        match items.first() {
            Some(item) if arguments.json => outln!("{}", to_json(&linked, item)),
            None if arguments.json => outln!("null"),
            Some(item) => out!("{}", describe(&linked, item)),
            None => say("nothing is left to review"),
        }
        return Ok(());
    }
    ask(workspace, linked, &items, arguments).await
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Link => "link",
        Verdict::NonLink => "non-link",
        Verdict::CannotTell => "cannot tell",
    }
}

/// One line of standard input; `None` at its end.
fn line() -> Outcome<Option<String>> {
    let mut text = String::new();
    let read = std::io::stdin().lock().read_line(&mut text);
    let read =
        read.map_err(|e| Refusal::new(format!("standard input could not be read: {e}; nothing more was decided")))?;
    Ok((read > 0).then(|| text.trim().to_owned()))
}

fn prompt(text: &str) {
    out!("{text}");
    // A prompt that cannot be written loses nothing: the answer is read all the same.
    let _ = std::io::stdout().flush();
}

async fn ask(
    workspace: &mut Workspace,
    mut linked: Linked,
    items: &[Item],
    arguments: &ReviewArguments,
) -> Outcome<()> {
    let by = reviewer(arguments.by.as_deref());
    let mut decided = 0;
    for (number, item) in items.iter().enumerate() {
        note_looks(workspace, &linked, std::slice::from_ref(item)).await?;
        outln!("── {} of {} ──", number + 1, items.len());
        out!("{}", describe(&linked, item));
        let (a, b) = (linked.rows[item.a].id.clone(), linked.rows[item.b].id.clone());
        loop {
            prompt("l(ink)  n(on-link)  c(an't tell)  s(kip)  q(uit), and why > ");
            let Some(answer) = line()? else {
                outln!("");
                return end(decided);
            };
            let (key, note) = answer.split_once(char::is_whitespace).unwrap_or((&answer, ""));
            let verdict = match key.to_lowercase().as_str() {
                "s" | "skip" => break,
                "q" | "quit" => return end(decided),
                "l" | "link" => Verdict::Link,
                "n" | "non-link" => Verdict::NonLink,
                "c" | "cannot-tell" => Verdict::CannotTell,
                _ => {
                    say(format!("{key:?} is none of l, n, c, s and q; nothing was decided"));
                    continue;
                }
            };
            let mut why = note.trim().to_owned();
            if why.is_empty() && std::io::stdin().is_terminal() {
                prompt("why > ");
                why = line()?.unwrap_or_default();
            }
            match record_verdict(workspace, &mut linked.verdicts, (&a, &b), verdict, &by, &why).await {
                Ok(entry) => {
                    outln!("entry {entry}: {}", word(verdict));
                    decided += 1;
                    break;
                }
                Err(refusal) => say(format!("{refusal}")),
            }
        }
    }
    if items.is_empty() {
        say("nothing is left to review");
    }
    end(decided)
}

fn end(decided: usize) -> Outcome<()> {
    say(format!("{decided} decisions recorded{}", if decided > 0 { "; the next link honours them" } else { "" }));
    Ok(())
}
