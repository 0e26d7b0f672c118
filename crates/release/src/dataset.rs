//! What a release is made from: values that the caller has computed, each with its journal index.

use domain::claim::ClaimPage;
use domain::comparison::{Report, SideBySide};
use domain::count::Tally;
use domain::{
    Accession, AccessionId, Event, Figure, LocalText, Notice, PartyTable, PersonId, PlaceTable, RejectedRow, Source,
    Statement, TrustSet, TrustSetId,
};

use crate::{Known, Records};

/// Everything a release may show. Numbers in front of entries are journal indices.
#[derive(Debug, Clone)]
pub struct Dataset {
    pub title: LocalText,
    /// Seconds since 1970-01-01T00:00:00Z.
    pub generated_at: i64,
    pub program_version: String,
    /// The origin line of the log's checkpoints.
    pub origin: String,
    /// The fingerprint of the public key that the checkpoints are signed with.
    pub fingerprint: String,
    pub sources: Vec<Source>,
    pub trust_sets: Vec<TrustSet>,
    pub parties: PartyTable,
    pub places: PlaceTable,
    pub accessions: Vec<(u64, Accession)>,
    pub figures: Vec<(u64, Figure)>,
    pub statements: Vec<(u64, Statement)>,
    pub events: Vec<(u64, Event)>,
    /// By id, each with what is left of the consent; also those that stay unpublished.
    pub notices: Vec<(u64, Notice)>,
    pub reports: Vec<Report>,
    pub months: Vec<SideBySide>,
    pub claims: Vec<ClaimPage>,
    pub persons: Vec<Known>,
    pub records: Records,
    /// Old id, and the id that it leads to.
    pub redirects: Vec<(PersonId, PersonId)>,
    pub tallies: Vec<(TrustSetId, Tally)>,
    /// For each tally, in which of its cells each person is, in the order of the persons, where whoever counted them says so; else
    /// nothing, and it is found out.
    pub cell_of: Vec<Vec<Option<u32>>>,
    /// The release before this one, where there was one.
    pub previous: Option<crate::Summary>,
    pub rejected: Vec<(AccessionId, Vec<RejectedRow>)>,
}
