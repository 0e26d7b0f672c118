//! What may be shown of a data set, with the look-ups that every step of one release needs: made once, and used by the
//! site, its proofs and what is made to be shared.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::index::Index;
use crate::reading::Reading;
use crate::strata::rows_of;
use crate::{Dataset, Policy, ReleaseError, policy};

/// A data set as far as a policy lets it be shown.
///
/// With a minimum for counts, a person who may not be named is counted and is otherwise nowhere: pages, rows and proofs
/// of single persons could be counted by anybody.
pub struct Shown<'a> {
    data: Cow<'a, Dataset>,
    policy: &'a Policy,
    left_out: LeftOut,
}

/// Who is counted and is otherwise nowhere, and their records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub persons: u64,
    pub records: u64,
}

/// [`Shown`] with its look-ups.
pub struct View<'a> {
    pub(crate) data: &'a Dataset,
    pub(crate) policy: &'a Policy,
    pub(crate) index: Index<'a>,
    pub(crate) left_out: LeftOut,
}

impl<'a> Shown<'a> {
    /// Refuses what could write outside the folder or over another page.
    pub fn new(data: &'a Dataset, policy: &'a Policy) -> Result<Self, ReleaseError> {
        check(data)?;
        if policy.minimum_cell <= 1 {
            return Ok(Self { data: Cow::Borrowed(data), policy, left_out: LeftOut::default() });
        }
        let open = policy::open(data, policy, &rows_of(data));
        let mut reduced = data.clone();
        reduced.records.retain(|_, (entry, _)| open.records.contains(entry));
        let mut is_open = open.persons.iter();
        reduced.persons.retain(|_| is_open.next() == Some(&true));
        for cells in &mut reduced.cell_of {
            let mut is_open = open.persons.iter();
            cells.retain(|_| is_open.next() == Some(&true));
        }
        let ids: BTreeSet<_> = reduced.persons.iter().map(|p| &p.id).collect();
        reduced.redirects.retain(|(_, new)| ids.contains(new));
        // Whom an earlier version showed one by one is not listed again as gone: it would tell who was whom. How many they were can
        // be had from that version, and is told.
        if let Some(before) = &mut reduced.previous {
            let follows: BTreeSet<_> = reduced.redirects.iter().map(|(old, _)| old).collect();
            let n_before = before.persons.len();
            before
                .persons
                .retain(|id, _| ids.contains(id) || follows.contains(id) || policy.withdrawn.contains_key(id));
            before.redirects.retain(|_, new| ids.contains(new));
            before.not_listed = (n_before - before.persons.len()) as u64;
            if before.not_listed > 0 {
                before.history.clear();
            }
        }
        // A refused row is one row of one list.
        reduced.rejected.clear();
        let left_out = LeftOut {
            persons: (data.persons.len() - reduced.persons.len()) as u64,
            records: (data.records.len() - reduced.records.len()) as u64,
        };
        Ok(Self { data: Cow::Owned(reduced), policy, left_out })
    }

    pub fn view(&self) -> View<'_> {
        let (data, policy) = (&*self.data, self.policy);
        View { data, policy, index: Index::new(data, policy), left_out: self.left_out }
    }
}

impl<'a> View<'a> {
    /// Of a data set that does not hold the whole of each record: what it lacks is read so.
    pub fn reading(mut self, reading: &'a dyn Reading) -> Self {
        self.index.reader.reading = Some(reading);
        self
    }
}

fn check(data: &Dataset) -> Result<(), ReleaseError> {
    let mut slugs = BTreeSet::from(["index"]);
    for claim in &data.claims {
        let is_plain = domain::QuestionId::new(claim.slug.as_str()).is_ok();
        if !is_plain || !slugs.insert(&claim.slug) {
            return Err(ReleaseError::Data(format!(
                "the claim's address {:?} is not plain, or is there twice",
                claim.slug
            )));
        }
    }
    Ok(())
}
