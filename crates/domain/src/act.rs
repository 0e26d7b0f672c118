//! What was done to a victim.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActKind {
    Killing,
    DeathUnderTorture,
    ArbitraryArrest,
    EnforcedDisappearance,
    Injury,
    Displacement,
    /// An attack whose effect on victims the source does not state.
    Attack,
}

impl ActKind {
    pub const ALL: [ActKind; 7] = [
        Self::Killing,
        Self::DeathUnderTorture,
        Self::ArbitraryArrest,
        Self::EnforcedDisappearance,
        Self::Injury,
        Self::Displacement,
        Self::Attack,
    ];

    /// The identifier used in data, addresses and message keys.
    pub fn key(self) -> &'static str {
        match self {
            Self::Killing => "killing",
            Self::DeathUnderTorture => "death_under_torture",
            Self::ArbitraryArrest => "arbitrary_arrest",
            Self::EnforcedDisappearance => "enforced_disappearance",
            Self::Injury => "injury",
            Self::Displacement => "displacement",
            Self::Attack => "attack",
        }
    }
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.key() == key)
    }
}
