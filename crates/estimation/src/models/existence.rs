//! Has a Poisson log-linear model one finite maximum on a table? Decided in whole numbers, by linear programming (Fienberg and Rinaldo 2012).
//!
//! It has when some x > 0 on all cells has the sums of the counts, A′x = A′y, and A has full rank. Means that a fit has found are such an x;
//! this is asked where a fit ends with means near nothing. Directions in which the cells with persons do not change are the null space of
//! their rows; M is what the empty cells do along it. By Stiemke's lemma the maximum is finite when Mᵀx = 0 has a solution x ≥ 1 on the empty
//! cells, which is looked for by the simplex method (phase one, Bland's rule): it has as many rows as there are such directions, mostly few.

/// A row; only its direction means anything, so that it is kept in lowest terms.
type Row = Vec<i128>;

fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn in_lowest_terms(row: &mut Row) {
    let divisor = row.iter().fold(0, |divisor, x| greatest_common_divisor(divisor, x.unsigned_abs()));
    // At most 2^127, and that only where every number is the lowest there is.
    if let Ok(divisor @ 2..) = i128::try_from(divisor) {
        row.iter_mut().for_each(|x| *x /= divisor);
    }
}

/// Takes as much of `by` from the row as leaves nothing `at` the column, where `by` is above zero; the row's own direction is kept.
fn clear(row: &mut Row, by: &Row, at: usize) -> Option<()> {
    let (pivot, here) = (by[at], row[at]);
    if here == 0 {
        return Some(());
    }
    for (x, b) in row.iter_mut().zip(by) {
        *x = x.checked_mul(pivot)?.checked_sub(b.checked_mul(here)?)?;
    }
    in_lowest_terms(row);
    Some(())
}

/// The rows with a pivot column each, which no other row has, above zero.
fn eliminated(rows: Vec<Row>) -> Option<Vec<(usize, Row)>> {
    let mut done: Vec<(usize, Row)> = Vec::new();
    for mut row in rows {
        for (at, by) in &done {
            clear(&mut row, by, *at)?;
        }
        let Some(at) = row.iter().position(|x| *x != 0) else { continue };
        if row[at] < 0 {
            row.iter_mut().for_each(|x| *x = -*x);
        }
        for (_, other) in &mut done {
            clear(other, &row, at)?;
        }
        done.push((at, row));
    }
    Some(done)
}

/// Every direction that no row sees.
fn null_space(rows: Vec<Row>, width: usize) -> Option<Vec<Row>> {
    let done = eliminated(rows)?;
    let free = (0..width).filter(|column| done.iter().all(|(at, _)| at != column));
    free.map(|column| {
        let mut vector = vec![0; width];
        vector[column] = 1;
        for (at, row) in &done {
            // The pivot must divide what stands for it.
            let pivot = row[*at];
            let shared = i128::try_from(greatest_common_divisor(
                pivot.unsigned_abs(),
                row[column].checked_mul(vector[column])?.unsigned_abs(),
            ))
            .ok()?;
            let scale = pivot / shared;
            for x in &mut vector {
                *x = x.checked_mul(scale)?;
            }
            vector[*at] = -row[column].checked_mul(vector[column])? / pivot;
        }
        in_lowest_terms(&mut vector);
        Some(vector)
    })
    .collect()
}

/// Whether some w ≥ 0 has, row by row, Σ a w = b; a row is its a's and then its b.
fn has_solution(mut rows: Vec<Row>) -> Option<bool> {
    let width = rows.first().map_or(0, |row| row.len() - 1);
    for row in rows.iter_mut().filter(|row| row[width] < 0) {
        row.iter_mut().for_each(|x| *x = -*x);
    }
    // What the rows still lack, and the columns that lessen it.
    let mut lack = vec![0i128; width + 1];
    for row in &rows {
        for (sum, x) in lack.iter_mut().zip(row) {
            *sum = sum.checked_add(*x)?;
        }
    }
    let mut basis: Vec<usize> = (width..width + rows.len()).collect();
    while let Some(enters) = lack[..width].iter().position(|x| *x > 0) {
        let mut leaves: Option<usize> = None;
        for (i, row) in rows.iter().enumerate().filter(|(_, row)| row[enters] > 0) {
            let sooner = match leaves {
                None => true,
                Some(best) => {
                    let (a, b) =
                        (row[width].checked_mul(rows[best][enters])?, rows[best][width].checked_mul(row[enters])?);
                    a < b || (a == b && basis[i] < basis[best])
                }
            };
            if sooner {
                leaves = Some(i);
            }
        }
        let leaves = leaves?;
        let pivot = rows[leaves].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(i, _)| *i != leaves) {
            clear(row, &pivot, enters)?;
        }
        clear(&mut lack, &pivot, enters)?;
        basis[leaves] = enters;
    }
    Some(lack[width] == 0)
}

/// Whether the likelihood has one maximum, at finite parameters. `terms` and `cells` as for [`super::fit::fit`]. `None` where the numbers grow beyond
/// 2¹²⁷.
pub(super) fn has_maximum(terms: &[u64], cells: &[(u64, f64)]) -> Option<bool> {
    let row = |pattern: u64| -> Row { terms.iter().map(|term| i128::from(pattern & term == *term)).collect() };
    let (seen, empty): (Vec<_>, Vec<_>) = cells.iter().partition(|(_, count)| *count > 0.0);
    let directions = null_space(seen.into_iter().map(|(pattern, _)| row(pattern)).collect(), terms.len())?;
    if directions.is_empty() {
        return Some(true);
    }
    let along = |pattern: u64| -> Option<Row> {
        let row = row(pattern);
        let product = |direction: &Row| {
            row.iter().zip(direction).try_fold(0i128, |sum, (a, b)| sum.checked_add(a.checked_mul(*b)?))
        };
        directions.iter().map(product).collect()
    };
    let change: Vec<Row> = empty.into_iter().map(|(pattern, _)| along(pattern)).collect::<Option<_>>()?;
    if eliminated(change.clone())?.len() < directions.len() {
        return Some(false);
    }
    let equation = |direction: usize| -> Option<Row> {
        let mut row: Row = change.iter().map(|cell| cell[direction]).collect();
        let sum = row.iter().try_fold(0i128, |sum, x| sum.checked_add(*x))?;
        row.push(sum.checked_neg()?);
        Some(row)
    };
    has_solution((0..directions.len()).map(equation).collect::<Option<_>>()?)
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};

    use super::super::draws::Generator;
    use super::super::fit::fit;
    use super::*;

    /// Cells in the order of their patterns, from 1.
    fn cells(counts: &[u64]) -> Vec<(u64, f64)> {
        counts.iter().enumerate().map(|(i, count)| (i as u64 + 1, *count as f64)).collect()
    }

    fn terms(lists: usize, pairs: &[u64]) -> Vec<u64> {
        std::iter::once(0).chain((0..lists).map(|list| 1 << list)).chain(pairs.iter().copied()).collect()
    }

    #[test]
    fn an_empty_cell_of_all_three_lists_leaves_no_maximum_for_all_pairs_though_all_overlap() {
        let table = cells(&[20, 30, 5, 40, 6, 7, 0]);
        assert_eq!(has_maximum(&terms(3, &[3, 5, 6]), &table), Some(false));
        assert!(fit(&terms(3, &[3, 5, 6]), &table).is_none());
        assert_eq!(has_maximum(&terms(3, &[3, 5]), &table), Some(true));
    }

    #[test]
    fn opposite_corners_that_are_empty_leave_no_maximum_though_every_pair_overlaps() {
        // Haberman's case: nobody on all of the first three lists, nobody on the fourth alone. All pairs share persons.
        let mut counts = [9, 8, 7, 6, 5, 4, 0, 0, 3, 4, 5, 6, 7, 8, 0];
        let model = terms(4, &[3, 5, 6]);
        assert_eq!(has_maximum(&model, &cells(&counts)), Some(false));
        assert!(fit(&model, &cells(&counts)).is_none());
        counts[7] = 1;
        assert_eq!(has_maximum(&model, &cells(&counts)), Some(true));
        assert!(fit(&model, &cells(&counts)).is_some());
    }

    #[test]
    fn parameters_that_no_cell_tells_apart_have_no_single_maximum() {
        // Without the cells of both lists, their pair is the same as nothing.
        let table: Vec<(u64, f64)> = cells(&[20, 30, 5, 40, 6, 7, 1]).into_iter().filter(|(p, _)| p & 3 != 3).collect();
        assert_eq!(has_maximum(&terms(3, &[3]), &table), Some(false));
    }

    #[test]
    fn newtons_steps_and_the_linear_programme_agree_on_sparse_tables() {
        let mut rng = Generator::seed_from_u64(17);
        let (mut with, mut without) = (0, 0);
        for _ in 0..3_000 {
            let lists = 3 + usize::from(rng.random::<bool>());
            let counts: Vec<u64> = (1..1u64 << lists)
                .map(|_| if rng.random::<f64>() < 0.45 { 0 } else { 1 + rng.random_range(0..6) })
                .collect();
            let pairs: Vec<u64> =
                (1..1u64 << lists).filter(|mask| mask.count_ones() == 2 && rng.random::<bool>()).collect();
            let (model, table) = (terms(lists, &pairs), cells(&counts));
            let found = has_maximum(&model, &table);
            assert_eq!(found, Some(fit(&model, &table).is_some()), "{counts:?} {pairs:?}");
            if found == Some(true) { with += 1 } else { without += 1 }
        }
        assert!(with > 300 && without > 300, "{with} {without}");
    }
}
