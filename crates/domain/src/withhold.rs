//! Which missing counts follow from sums that are known: what whoever withholds counts has to know.
//!
//! Gaussian elimination over a prime field, in which no digit is lost. A count that follows over the whole numbers follows here; the other
//! way round errs, if ever, on the side of withholding more.

/// 2^31 - 1: products fit 64 bits.
const PRIME: u64 = 2_147_483_647;

/// A sum whose value is known: for each missing count in it the count's number, and whether it is taken away (a missing total less its
/// parts).
pub type KnownSum = Vec<(usize, bool)>;

/// All that follows from sums that are known.
pub struct Span {
    /// In reduced row echelon form, none of zeros alone.
    rows: Vec<Vec<u64>>,
    missing: usize,
}

impl Span {
    /// Of sums over missing counts of numbers below `missing`.
    pub fn of(sums: &[KnownSum], missing: usize) -> Self {
        let mut rows: Vec<Vec<u64>> = sums.iter().filter(|sum| !sum.is_empty()).map(|sum| row(sum, missing)).collect();
        reduce(&mut rows, missing);
        rows.retain(|row| row.iter().any(|value| *value != 0));
        Self { rows, missing }
    }

    /// The missing counts that follow by themselves.
    pub fn determined(&self) -> Vec<usize> {
        let single = self.rows.iter().filter_map(|row| {
            let mut filled = row.iter().enumerate().filter(|(_, value)| **value != 0);
            let (first, rest) = (filled.next()?, filled.next());
            rest.is_none().then_some(first.0)
        });
        single.collect()
    }

    /// Whether a sum of missing counts follows.
    pub fn holds(&self, sum: &KnownSum) -> bool {
        let mut row = row(sum, self.missing);
        for lead in &self.rows {
            let at = lead.iter().position(|value| *value != 0);
            let factor = at.map_or(0, |at| row[at]);
            take(&mut row, lead, factor);
        }
        row.iter().all(|value| *value == 0)
    }
}

fn row(sum: &KnownSum, missing: usize) -> Vec<u64> {
    let mut row = vec![0; missing];
    sum.iter().for_each(|(at, is_less)| row[*at] = if *is_less { PRIME - 1 } else { 1 });
    row
}

/// Takes a multiple of another row from one.
fn take(row: &mut [u64], lead: &[u64], factor: u64) {
    if factor != 0 {
        row.iter_mut().zip(lead).for_each(|(value, of)| *value = (*value + (PRIME - factor) * of) % PRIME);
    }
}

fn inverse(value: u64) -> u64 {
    let (mut result, mut base, mut exponent) = (1, value, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent >>= 1;
    }
    result
}

/// Reduced row echelon form.
fn reduce(rows: &mut [Vec<u64>], columns: usize) {
    let mut top = 0;
    for column in 0..columns {
        let Some(pivot) = (top..rows.len()).find(|r| rows[*r][column] != 0) else { continue };
        rows.swap(top, pivot);
        let scale = inverse(rows[top][column]);
        for value in &mut rows[top] {
            *value = *value * scale % PRIME;
        }
        let lead = rows[top].clone();
        for (at, row) in rows.iter_mut().enumerate() {
            if at != top {
                let factor = row[column];
                take(row, &lead, factor);
            }
        }
        top += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_no_sum_tells_alone_follows_from_three() {
        // a + b, b + c and a + c tell each of them; a + b and b + c alone tell none.
        let sums: Vec<KnownSum> =
            [[0, 1], [1, 2], [0, 2]].iter().map(|sum| sum.iter().map(|at| (*at, false)).collect()).collect();
        assert_eq!(Span::of(&sums, 3).determined(), [0, 1, 2]);
        let two = Span::of(&sums[..2], 3);
        assert_eq!(two.determined(), [0usize; 0]);
        // Together they tell a + 2b + c and a - c, but not a + c.
        assert!(two.holds(&vec![(0, false), (2, true)]) && !two.holds(&vec![(0, false), (2, false)]));
        // A missing total less its one missing part: that they are apart by a known number tells neither.
        assert_eq!(Span::of(&[vec![(0, false), (1, true)]], 2).determined(), [0usize; 0]);
        assert_eq!(Span::of(&[vec![(0, false), (1, true)], vec![(1, false)]], 2).determined(), [0, 1]);
    }
}
