//! Two lists at a time: Lincoln-Petersen n₁ n₂ / m, and Chapman's (n₁+1)(n₂+1)/(m+1) − 1 with its variance
//! (n₁+1)(n₂+1)(n₁−m)(n₂−m) / ((m+1)²(m+2)).

use serde_json::json;

use super::chao::log_normal_interval;
use super::{Diagnostics, Model, ModelAnswer, PatternTable, Unseen};

struct Pair {
    i: usize,
    j: usize,
    n1: f64,
    n2: f64,
    both: f64,
}

impl Pair {
    /// `None` where nobody is on both.
    fn lincoln_petersen(&self) -> Option<f64> {
        (self.both > 0.0).then(|| self.n1 * self.n2 / self.both)
    }
    fn chapman(&self) -> f64 {
        (self.n1 + 1.0) * (self.n2 + 1.0) / (self.both + 1.0) - 1.0
    }
    fn variance(&self) -> f64 {
        let (n1, n2, m) = (self.n1, self.n2, self.both);
        (n1 + 1.0) * (n2 + 1.0) * (n1 - m) * (n2 - m) / ((m + 1.0).powi(2) * (m + 2.0))
    }
    fn interval(&self) -> [f64; 2] {
        let seen = self.n1 + self.n2 - self.both;
        log_normal_interval(seen, self.chapman() - seen, self.variance())
    }
}

pub(super) fn estimate(table: &PatternTable) -> ModelAnswer {
    let lists = table.lists.len();
    let on = |list: usize| table.n_on_list(list) as f64;
    let pairs: Vec<Pair> = (0..lists)
        .flat_map(|i| (i + 1..lists).map(move |j| (i, j)))
        .map(|(i, j)| Pair { i, j, n1: on(i), n2: on(j), both: table.n_on_all(1 << i | 1 << j) as f64 })
        .collect();
    let row = |pair: &Pair| {
        json!({
            "lists": [table.lists[pair.i], table.lists[pair.j]],
            "n_first": pair.n1,
            "n_second": pair.n2,
            "n_both": pair.both,
            "lincoln_petersen": pair.lincoln_petersen(),
            "chapman": pair.chapman(),
            "chapman_standard_error": pair.variance().sqrt(),
            "confidence_interval_95": pair.interval(),
        })
    };
    // The pair with the most persons on both lists, the first of them in the order of the table.
    let Some(best) = pairs.iter().rev().max_by(|a, b| a.both.total_cmp(&b.both)) else {
        return ModelAnswer::not_estimable(Model::Pairs, "there are fewer than two lists");
    };
    let mut warnings =
        vec!["two lists are taken to be independent; nothing in them can show whether they are".to_owned()];
    let estimates = pairs.iter().filter(|pair| pair.both > 0.0).map(Pair::chapman);
    let (low, high) = estimates.fold((f64::INFINITY, 0f64), |(low, high), x| (low.min(x), high.max(x)));
    if pairs.len() > 1 {
        warnings.push(format!("the pairs that overlap give from {low:.0} to {high:.0}"));
    }
    let n = table.n_documented();
    let mut doubts = Vec::new();
    if best.chapman() < n as f64 {
        doubts.push(("below_documented", format!("the pair gives fewer than the {n} who are documented")));
    }
    // Were any two lists independent, all pairs would estimate one number.
    let apart = |a: &Pair, b: &Pair| a.both > 0.0 && b.both > 0.0 && a.interval()[1] < b.interval()[0];
    if pairs.iter().any(|a| pairs.iter().any(|b| apart(a, b))) {
        doubts.push((
            "pairs_apart",
            "pairs of lists contradict one another by more than their intervals: not all of them are independent"
                .to_owned(),
        ));
    }
    let diagnostics = Diagnostics::from([
        ("method".into(), json!("Chapman, of the pair with the most persons on both lists")),
        ("interval".into(), json!("log-normal confidence interval")),
        ("lists".into(), json!([table.lists[best.i], table.lists[best.j]])),
        ("pairs".into(), pairs.iter().map(row).collect()),
    ]);
    ModelAnswer::Estimated {
        model: Model::Pairs.key(),
        median: best.chapman(),
        mean: best.chapman(),
        credible_interval_95: best.interval(),
        unseen: Unseen::from_interval(best.chapman() - n as f64, best.interval().map(|end| end - n as f64)),
        diagnostics,
        warnings,
    }
    .with_doubts(doubts)
}
