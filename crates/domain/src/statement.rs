//! A source's position on a question.

use serde::{Deserialize, Serialize};

use crate::{AccessionId, LocalText, PartyCode, Period, QuestionId, SourceId, StatementId, UncertainDate};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    Affirms,
    PartlyAffirms,
    Denies,
    NoPosition,
}

impl Stance {
    pub fn key(self) -> &'static str {
        match self {
            Self::Affirms => "affirms",
            Self::PartlyAffirms => "partly_affirms",
            Self::Denies => "denies",
            Self::NoPosition => "no_position",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    pub id: StatementId,
    pub accession: AccessionId,
    pub question: QuestionId,
    pub question_text: LocalText,
    /// Whose position it is.
    pub source: SourceId,
    /// Through whom it is known, when not from the source itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_by: Option<SourceId>,
    pub stance: Stance,
    /// The words, paraphrased.
    pub words: LocalText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<UncertainDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The source whose material this re-publishes: not a second witness.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub republishes: Option<SourceId>,
    /// The number quoted, when there is one to check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted: Option<QuotedNumber>,
}

/// A share that somebody quotes of somebody else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuotedNumber {
    /// To whom the number is attributed.
    pub attributed_to: SourceId,
    pub party: PartyCode,
    pub percent: f64,
    /// The period meant, where it is known or was worked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
}
