//! `tawthiq check`: a quoted share against what every source printed. The answer comes from the figures.

use std::collections::BTreeMap;

use clap::Args;
use domain::claim::{Claim, ClaimAnswer, ShareOfFigures, Verdict};
use domain::comparison::NoShareReason;
use domain::{Exactness, Figure, FigureId, PartyTable, SourceId};
use estimation::figures::ClaimParseError;

use crate::refusal::{Outcome, Refusal};
use crate::terminal::plain;
use crate::workspace::Workspace;

#[derive(Args)]
pub struct CheckArguments {
    /// The claim, such as "ISIS 11% SNHR 2019-03".
    pub claim: Option<String>,
    /// A party, by code or any wording of it.
    #[arg(long)]
    pub party: Option<String>,
    /// 11, 11%, 8,4 or ٨٫٤٪.
    #[arg(long)]
    pub percent: Option<String>,
    /// The source that the number is attributed to; every source when left out.
    #[arg(long)]
    pub source: Option<String>,
    /// 2019-03, 2019, March 2019, first half of 2019, or 2019-01-01/2019-06-30.
    #[arg(long)]
    pub period: Option<String>,
    #[arg(long)]
    pub json: bool,
}

fn refused(error: ClaimParseError) -> Refusal {
    Refusal::new(format!("{error}; nothing was checked"))
}

fn structured(arguments: &CheckArguments, parties: &PartyTable) -> Outcome<Claim> {
    let missing = |what: &str| Refusal::new(format!("the claim has no {what}; nothing was checked"));
    let party = arguments.party.as_deref().ok_or_else(|| missing("--party"))?;
    let code = parties
        .by_wording(party)
        .ok_or_else(|| Refusal::new(format!("{party:?} names no party of the table; nothing was checked")))?;
    let percent = arguments.percent.as_deref().ok_or_else(|| missing("--percent"))?;
    let percent = estimation::figures::parse_share(percent).map_err(refused)?;
    let period = arguments.period.as_deref().ok_or_else(|| missing("--period"))?;
    let period = estimation::figures::parse_period(period).map_err(refused)?;
    let attributed_to = match &arguments.source {
        Some(id) => Some(SourceId::new(id.to_lowercase())?),
        None => None,
    };
    Ok(Claim { party: code.clone(), percent, attributed_to, period })
}

pub async fn run(workspace: &Workspace, arguments: &CheckArguments) -> Outcome<()> {
    let parties = PartyTable::syria();
    let figures = workspace.figures().await?;
    let sources = workspace.sources(figures.iter().map(|f| &f.source)).await?;
    let claim = match &arguments.claim {
        Some(words) => estimation::figures::parse_claim(words, &sources, &parties).map_err(refused)?,
        None => structured(arguments, &parties)?,
    };
    if figures.is_empty() {
        return Err(Refusal::new("the workspace holds no published figures; nothing was checked. Import some first"));
    }
    let answer = estimation::figures::check_claim(&figures, &claim, &parties, &sources);
    if arguments.json {
        let json = serde_json::to_string_pretty(&answer).map_err(|e| Refusal::new(e.to_string()))?;
        outln!("{json}");
    } else {
        print(&answer, &figures.iter().map(|figure| (&figure.id, figure)).collect());
    }
    Ok(())
}

fn in_words(reason: NoShareReason) -> &'static str {
    match reason {
        NoShareReason::JointParties => "it counts the party together with others in one figure",
        NoShareReason::VictimGroup => "its figures say whom the dead belonged to, not who killed them",
        NoShareReason::MissingTotal => "it printed no total for the same people",
        NoShareReason::SeveralTotals => "it printed several totals that differ",
        NoShareReason::ZeroTotal => "its total is zero",
        NoShareReason::Range => "it printed a range, not a number",
        NoShareReason::PartyNotPrinted => "it printed no figure for the party",
    }
}

type Figures<'a> = BTreeMap<&'a FigureId, &'a Figure>;

/// A number with the source's own "at least", "about" or "at most", of any of the figures that it was added from.
fn worded(n: u64, of: &[FigureId], figures: &Figures<'_>) -> String {
    let each = of.iter().filter_map(|id| figures.get(id)).map(|figure| figure.exactness);
    match each.fold(Exactness::Exact, Exactness::and) {
        Exactness::AtLeast => format!("at least {n}"),
        Exactness::About => format!("about {n}"),
        Exactness::AtMost => format!("at most {n}"),
        Exactness::Exact => n.to_string(),
    }
}

fn line(share: &ShareOfFigures, figures: &Figures<'_>) -> String {
    let parties: Vec<_> = share.parties.iter().map(|p| p.as_str()).collect();
    let mut line = format!(
        "  {:<8} {:<22} {:<14} {} of {} {} = {:.1} %",
        share.source.as_str(),
        share.period.to_string(),
        parties.join(" + "),
        worded(share.numerator, &share.numerator_figures, figures),
        worded(share.denominator, std::slice::from_ref(&share.denominator_figure), figures),
        share.population.key(),
        share.percent
    );
    if let Some(sum) = share.parties_sum_to {
        line.push_str(&format!("; its own parties add up to {sum}"));
    }
    line
}

fn section(title: &str, shares: &[ShareOfFigures], figures: &Figures<'_>) {
    if shares.is_empty() {
        return;
    }
    outln!("\n{title}");
    for share in shares {
        outln!("{}", line(share, figures));
        for address in &share.addresses {
            outln!("           {}", plain(address));
        }
    }
}

fn print(answer: &ClaimAnswer, figures: &Figures<'_>) {
    let claim = &answer.claim;
    let whom = claim.attributed_to.as_ref().map_or("any source", |s| s.as_str());
    outln!("Claim: {} {} %, according to {whom}, {}", claim.party, claim.percent, claim.period);
    outln!(
        "{}",
        match answer.verdict {
            Verdict::Found => "Found: printed figures give this share.",
            Verdict::NotFound => "Not found: what was printed for that time gives no such share.",
            Verdict::NothingPrinted =>
                "Not found: nothing was printed for that time from which a share can be computed.",
        }
    );
    section("Printed by the source named, for that time:", &answer.printed_by_source, figures);
    section("The same source, nearby:", &answer.same_source_nearby, figures);
    section("Figures that give the quoted share, nearest first:", &answer.nearest, figures);
    section("Other sources, for that time:", &answer.other_sources, figures);
    section("The same source printed such a share for other times:", &answer.same_source_elsewhere, figures);
    if !answer.not_computable.is_empty() {
        outln!("\nNo share can be computed from:");
        for none in &answer.not_computable {
            outln!("  {:<8} {}: {}", none.source.as_str(), none.period, in_words(none.reason));
            for address in &none.addresses {
                outln!("           {}", plain(address));
            }
        }
    }
}
