//! The tables as the program knows them: columns in the order in which rows are written, and what a key that is
//! there already means.

use std::collections::HashMap;

use crate::cell::Cell;
use crate::cell::Kind::{self, Flag, Int, Text};

/// What happens to a row whose key is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// The row that came first stays.
    Ignored,
    /// The row that comes last stands.
    Replaces,
    /// The larger `data_row` stands.
    KeepsLargest,
}

#[derive(Debug)]
pub(crate) struct Table {
    pub name: &'static str,
    pub columns: &'static [(&'static str, Kind)],
    /// How many of the first columns are the primary key.
    pub key: usize,
    pub again: Again,
}

macro_rules! tables {
    ($($constant:ident $name:literal key $key:literal $again:ident { $($column:ident $kind:ident),* $(,)? })*) => {
        $(pub(crate) static $constant: Table = Table {
            name: $name,
            columns: &[$((stringify!($column), $kind)),*],
            key: $key,
            again: Again::$again,
        };)*
        /// Every table but the projection's own bookkeeping.
        pub(crate) static TABLES: &[&Table] = &[$(&$constant),*];
    };
}

tables! {
    SOURCE "source" key 1 Replaces {
        id Text, entry Int, recorded_at Int, kind Text, acronym Text, country Text, invented Flag, body Text,
    }
    TRUST_SET "trust_set" key 1 Replaces { id Text, entry Int, recorded_at Int, takes_all Flag, body Text }
    ACCESSION "accession" key 1 Ignored {
        entry Int, id Text, recorded_at Int, source Text, sha256 Text, size_bytes Int, mapping Text, received_at Int,
        body Text,
    }
    IMPORT_FINISHED "import_finished" key 1 Replaces {
        accession Text, entry Int, recorded_at Int, rows_read Int, taken_in Int, rejected Int, body Text,
    }
    TAKEN "taken" key 1 KeepsLargest { accession Text, data_row Int }
    RECORD "record" key 1 Ignored {
        entry Int, id Text, recorded_at Int, source Text, accession Text, data_row Int, source_record_id Text, act Text,
        date_earliest Text, date_latest Text, place Text, sex Text, age_class Text, civilian Text, body Text,
    }
    RECORD_PARTY "record_party" key 2 Ignored { entry Int, nth Int, code Text, role Text, written Text }
    EVENT "event" key 1 Ignored {
        entry Int, id Text, recorded_at Int, source Text, accession Text, data_row Int, source_event_id Text,
        date_earliest Text, date_latest Text, place Text, deaths_low Int, deaths_best Int, deaths_high Int, body Text,
    }
    EVENT_ACT "event_act" key 2 Ignored { entry Int, nth Int, act Text }
    EVENT_PARTY "event_party" key 2 Ignored { entry Int, nth Int, code Text, role Text, written Text }
    FIGURE "figure" key 1 Ignored {
        id Text, entry Int, recorded_at Int, source Text, accession Text, data_row Int, measure Text, population Text,
        role Text, period_start Text, period_end Text, place Text, party Text, total Int, exactness Text, body Text,
    }
    STATEMENT "statement" key 1 Replaces {
        id Text, entry Int, recorded_at Int, source Text, accession Text, question Text, stance Text,
        date_earliest Text, date_latest Text, body Text,
    }
    NOTICE "notice" key 1 Replaces {
        id Text, entry Int, recorded_at Int, source Text, accession Text, data_row Int, since_earliest Text,
        since_latest Text, body Text,
    }
    PLACE "place" key 1 Ignored {
        entry Int, recorded_at Int, code Text, parent Text, level Int, source Text, accession Text, data_row Int, body Text,
    }
    POST "post" key 1 Ignored {
        entry Int, id Text, recorded_at Int, source Text, accession Text, data_row Int, published_at Int, body Text,
    }
    RUN "run" key 1 Ignored { entry Int, recorded_at Int, stage Text, input Text, output Text, body Text }
    DECISION "decision" key 1 Ignored {
        entry Int, recorded_at Int, kind Text, record_a Text, record_b Text, decided_by Text, body Text,
    }
    MEDIA "media" key 1 Ignored {
        entry Int, recorded_at Int, accession Text, source Text, sha256 Text, media_type Text, body Text,
    }
    MEDIA_HASH "media_hash" key 2 Ignored { entry Int, nth Int, at_ms Int, framing Text, hash Text, quality Int }
    CUSTODY "custody" key 1 Ignored { entry Int, recorded_at Int, action Text, subject Text, done_by Text, body Text }
    WITHDRAWAL "withdrawal" key 1 Ignored { entry Int, recorded_at Int, about Int, authority Text, body Text }
    PERSON "person" key 1 Ignored {
        id Text, invented Flag, n_records Int, n_sources Int, act Text, date_earliest Text, date_latest Text, place Text,
        party Text, sex Text, age_class Text, civilian Text, body Text,
    }
    PERSON_RECORD "person_record" key 1 Ignored { record Text, person Text }
    PERSON_REDIRECT "person_redirect" key 1 Ignored { old_id Text, new_id Text, anchor Text }
}

impl Table {
    pub fn column_names(&self) -> String {
        self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    pub fn key_names(&self) -> String {
        self.columns[..self.key].iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    pub fn kinds(&self) -> Vec<Kind> {
        self.columns.iter().map(|(_, kind)| *kind).collect()
    }

    /// The end of an INSERT statement, in the words that both databases understand.
    pub fn conflict_clause(&self) -> String {
        match self.again {
            Again::Ignored => "ON CONFLICT DO NOTHING".to_owned(),
            Again::KeepsLargest => format!(
                "ON CONFLICT ({}) DO UPDATE SET data_row = CASE WHEN excluded.data_row > {name}.data_row \
                 THEN excluded.data_row ELSE {name}.data_row END",
                self.key_names(),
                name = self.name
            ),
            Again::Replaces => {
                let set: Vec<String> =
                    self.columns[self.key..].iter().map(|(name, _)| format!("{name} = excluded.{name}")).collect();
                format!("ON CONFLICT ({}) DO UPDATE SET {}", self.key_names(), set.join(", "))
            }
        }
    }
}

/// Rows to be written to one table, cell after cell.
#[derive(Debug)]
pub(crate) struct Rows {
    pub table: &'static Table,
    cells: Vec<Cell>,
    /// Where the row of a key stands, for tables in which a later row replaces an earlier one: PostgreSQL refuses a
    /// statement that would replace one row twice.
    by_key: HashMap<String, usize>,
}

impl Rows {
    pub fn new(table: &'static Table) -> Self {
        Self { table, cells: Vec::new(), by_key: HashMap::new() }
    }

    pub fn push<const N: usize>(&mut self, row: [Cell; N]) {
        debug_assert_eq!(N, self.table.columns.len());
        if self.table.again == Again::Ignored {
            return self.cells.extend(row);
        }
        let Cell::Text(key) = &row[0] else { return };
        match self.by_key.get(key) {
            Some(&at) => {
                let old = &mut self.cells[at..at + N];
                let smaller = |a: &Cell, b: &Cell| matches!((a, b), (Cell::Int(a), Cell::Int(b)) if a < b);
                if self.table.again == Again::Replaces || smaller(&old[1], &row[1]) {
                    old.clone_from_slice(&row);
                }
            }
            None => {
                self.by_key.insert(key.clone(), self.cells.len());
                self.cells.extend(row);
            }
        }
    }

    pub fn len(&self) -> usize {
        self.cells.len() / self.table.columns.len()
    }

    pub fn into_cells(self) -> Vec<Cell> {
        self.cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_rows_with_one_key_the_last_stands_where_rows_are_replaced() {
        let mut rows = Rows::new(&TAKEN);
        rows.push(["a".into(), 5i64.into()]);
        rows.push(["b".into(), 1i64.into()]);
        rows.push(["a".into(), 3i64.into()]);
        assert_eq!(rows.into_cells(), ["a".into(), Cell::Int(5), "b".into(), Cell::Int(1)]);
        let row = |entry: i64| ["s".into(), entry.into(), 0i64.into(), true.into(), "{}".into()];
        let mut rows = Rows::new(&TRUST_SET);
        rows.push(row(1));
        rows.push(row(2));
        assert_eq!(rows.into_cells(), row(2));
    }
}
