//! What the program says when it does not do what was asked: what was refused, and what therefore did not happen.

use std::fmt;

#[derive(Debug)]
pub struct Refusal {
    pub message: String,
    pub exit_code: u8,
    /// The casebase is damaged or of another journal, which rebuild can mend.
    pub casebase_is_damaged: bool,
    /// What lies beside the journal knows of more entries than it has.
    pub journal_is_short: bool,
}

impl Refusal {
    /// Exit code 2: could not go on.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit_code: 2, casebase_is_damaged: false, journal_is_short: false }
    }
    pub fn io(what: &str, path: &std::path::Path, error: std::io::Error) -> Self {
        Self::new(format!("{what} {}: {error}", path.display()))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

macro_rules! refuse_from {
    ($($error:ty),* $(,)?) => {$(
        impl From<$error> for Refusal {
            fn from(error: $error) -> Self {
                Self::new(error.to_string())
            }
        }
    )*};
}

refuse_from!(
    evidence::EvidenceError,
    intake::IntakeError,
    intake::MappingError,
    linkage::LinkageError,
    release::ReleaseError,
    release::PolicyError,
    release::SettingsError,
    release::BoundariesError,
    domain::NotAnId,
    domain::content::NotContent,
);

impl From<casebase::CasebaseError> for Refusal {
    fn from(error: casebase::CasebaseError) -> Self {
        let casebase_is_damaged = matches!(error, casebase::CasebaseError::Damaged { .. });
        Self { casebase_is_damaged, ..Self::new(error.to_string()) }
    }
}

pub type Outcome<T> = Result<T, Refusal>;
