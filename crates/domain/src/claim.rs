//! A quoted share, and what every source printed for it.

use serde::{Deserialize, Serialize};

use crate::{FigureId, LocalText, PartyCode, Period, Population, SourceId};

/// "ISIS killed 11 % of the dead in March 2019, according to SNHR."
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    pub party: PartyCode,
    pub percent: f64,
    /// To whom it is attributed; `None` asks every source.
    pub attributed_to: Option<SourceId>,
    pub period: Period,
}

/// One share that can be computed from what one page printed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShareOfFigures {
    pub source: SourceId,
    pub period: Period,
    pub population: Population,
    /// The parties in the numerator, such as `isis`, or `isis` and `hts`.
    pub parties: Vec<PartyCode>,
    pub numerator: u64,
    pub denominator: u64,
    /// 100 × numerator / denominator.
    pub percent: f64,
    pub numerator_figures: Vec<FigureId>,
    pub denominator_figure: FigureId,
    /// Every page that prints these numbers.
    pub addresses: Vec<String>,
    /// What the source's own parties add up to, where that differs from the denominator.
    pub parties_sum_to: Option<u64>,
}

/// A share that cannot be computed, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoShare {
    pub source: SourceId,
    pub period: Period,
    pub reason: crate::comparison::NoShareReason,
    pub figures: Vec<FigureId>,
    pub addresses: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The source printed figures that give the quoted share, to the precision quoted.
    Found,
    /// The source printed figures for the period, and none gives it.
    NotFound,
    /// The source printed nothing for the period that a share could be computed from.
    NothingPrinted,
}

/// The answer to a claim: computed from the figures, never asserted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaimAnswer {
    pub claim: Claim,
    pub verdict: Verdict,
    /// What the source named printed for the period, every grouping and denominator.
    pub printed_by_source: Vec<ShareOfFigures>,
    /// The same source, neighbouring periods (the months before and after, the half-year, the year).
    pub same_source_nearby: Vec<ShareOfFigures>,
    /// The same period, other sources.
    pub other_sources: Vec<ShareOfFigures>,
    /// Shares of the named source in any period that equal the quoted one, to the precision quoted.
    pub same_source_elsewhere: Vec<ShareOfFigures>,
    /// Shares of other sources that equal the quoted one, in the same period.
    pub nearest: Vec<ShareOfFigures>,
    pub not_computable: Vec<NoShare>,
}

/// A claim as it stands on a page of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaimPage {
    /// Used in addresses, such as `isis-11-snhr-2019-03`.
    pub slug: String,
    pub words: LocalText,
    pub answer: ClaimAnswer,
}
