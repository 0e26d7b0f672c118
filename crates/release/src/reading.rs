//! What the data set does not hold of each record, and is read when a page shows it: after one change, of few records.

use std::borrow::Cow;
use std::sync::OnceLock;

use domain::{Name, Record, RecordId};

use crate::ReleaseError;

/// Whoever can read records whole. `None` is the answer for a record of which the data set holds everything; an error says in words
/// why a record could not be read: then the release is not finished.
pub trait Reading: Sync {
    fn names(&self, record: &RecordId) -> Result<Option<Vec<Name>>, String>;

    /// All that some policy could let be shown of a record.
    fn whole(&self, record: &RecordId) -> Result<Option<Record>, String>;
}

/// Asks, where there is somebody to ask.
#[derive(Default)]
pub(crate) struct Reader<'a> {
    pub reading: Option<&'a dyn Reading>,
    /// Why a record could not be read, where one could not: what was drawn is not of the release then.
    unread: OnceLock<String>,
}

impl Reader<'_> {
    pub fn names<'r>(&self, record: &'r Record) -> Cow<'r, [Name]> {
        let found = self.asked(|reading| reading.names(&record.id));
        found.map_or(Cow::Borrowed(&record.names), Cow::Owned)
    }

    pub fn whole<'r>(&self, record: &'r Record) -> Cow<'r, Record> {
        let found = self.asked(|reading| reading.whole(&record.id));
        found.map_or(Cow::Borrowed(record), Cow::Owned)
    }

    fn asked<T>(&self, ask: impl Fn(&dyn Reading) -> Result<Option<T>, String>) -> Option<T> {
        let noted = |reason| {
            self.unread.get_or_init(|| reason);
            None
        };
        self.reading.and_then(|reading| ask(reading).unwrap_or_else(noted))
    }

    /// Refuses where one of these answers was none.
    pub fn check(&self) -> Result<(), ReleaseError> {
        self.unread.get().map_or(Ok(()), |reason| Err(ReleaseError::Page(reason.clone())))
    }
}
