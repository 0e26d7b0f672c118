//! What was taken in and is still worth a look, counted by kind.

use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(crate) struct Warnings {
    counts: BTreeMap<(&'static str, String), u64>,
}

impl Warnings {
    /// How many examples of one kind are printed.
    const SHOWN: usize = 12;

    /// `what` is the kind, `example` the value that gave rise to it.
    pub fn add(&mut self, what: &'static str, example: &str) {
        let key = (what, crate::cut(example));
        *self.counts.entry(key).or_default() += 1;
    }

    /// One line per kind: how many, and the most frequent examples.
    pub fn lines(self) -> Vec<String> {
        let mut kinds: BTreeMap<&'static str, Vec<(String, u64)>> = BTreeMap::new();
        for ((what, example), count) in self.counts {
            kinds.entry(what).or_default().push((example, count));
        }
        let line = |(what, mut examples): (&str, Vec<(String, u64)>)| {
            examples.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let rows: u64 = examples.iter().map(|(_, count)| count).sum();
            let shown: Vec<String> =
                examples.iter().take(Self::SHOWN).map(|(example, count)| format!("{example:?} ({count})")).collect();
            let more = match examples.len().saturating_sub(Self::SHOWN) {
                0 => String::new(),
                more => format!(" and {more} others"),
            };
            let times = if rows == 1 { "time" } else { "times" };
            format!("{rows} {times}: {what}: {}{more}", shown.join(", "))
        };
        kinds.into_iter().map(line).collect()
    }
}
