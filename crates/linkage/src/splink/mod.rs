//! Splink's settings (JSON, version 4), read and used: the same pair gets the same match weight.
//!
//! The rows are any table's; nothing is known of names or wars here. A comparison or blocking rule that this program does not
//! have is named, and refused or left out as the user chose; nothing is approximated. The match weight of a pair is, in bits,
//! log2(λ / (1 - λ)) + Σ log2(m / u) + Σ w · log2(u of the exact level / frequency of the commoner term), as in Splink's documentation
//! ("The Fellegi-Sunter model", "Term frequency adjustments").

mod expression;
mod function;
mod run;

use serde_json::Value as Json;

pub use run::{SpecRecord, SpecRun, link_spec, spec_weights};

use crate::LinkageError;
use expression::{Expression, Value, parse};

/// A model of comparisons over columns, with what was left out of the file that it came from.
#[derive(Debug, Clone)]
pub struct Spec {
    /// The columns that conditions read; the values of a [`SpecRecord`] are in this order.
    pub columns: Vec<String>,
    pub id_column: String,
    pub source_column: String,
    pub link_type: LinkType,
    /// What was left out, in words.
    pub left_out: Vec<String>,
    /// Share of matches among all pairs of records.
    pub prior_match_probability: f64,
    pub(crate) comparisons: Vec<SpecComparison>,
    pub(crate) rules: Vec<Rule>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkType {
    DedupeOnly,
    LinkOnly,
    LinkAndDedupe,
}

#[derive(Debug, Clone)]
pub(crate) struct SpecComparison {
    pub name: String,
    pub levels: Vec<SpecLevel>,
}

#[derive(Debug, Clone)]
pub(crate) struct SpecLevel {
    pub name: String,
    condition: Expression,
    /// 0 of a null level.
    pub match_weight_bits: f64,
    term_frequency: Option<TermFrequency>,
}

#[derive(Debug, Clone)]
struct TermFrequency {
    column: usize,
    weight: f64,
    least_u: f64,
    /// u of the level at which the column agrees exactly.
    exact_u: f64,
}

/// A blocking rule: what both sides must share, and what must hold beside.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    left: Vec<Expression>,
    right: Vec<Expression>,
    beside: Vec<Expression>,
}

fn refuse(what: impl Into<String>) -> LinkageError {
    LinkageError::Settings(what.into())
}

impl Spec {
    /// Reads Splink's settings. With `leave_out`, comparisons and rules that are not had are left out and named in
    /// `left_out`; else the first is refused.
    pub fn parse_splink(json: &str, leave_out: bool) -> Result<Self, LinkageError> {
        let json: Json = serde_json::from_str(json).map_err(|e| refuse(e.to_string()))?;
        let text = |key: &str, otherwise: &str| json[key].as_str().unwrap_or(otherwise).to_owned();
        let link_type = match text("link_type", "").as_str() {
            "dedupe_only" => LinkType::DedupeOnly,
            "link_only" => LinkType::LinkOnly,
            "link_and_dedupe" => LinkType::LinkAndDedupe,
            other => return Err(refuse(format!("{other:?} is no link type of Splink's"))),
        };
        let prior = json["probability_two_random_records_match"].as_f64().unwrap_or(0.0001);
        if !(prior > 0.0 && prior < 1.0) {
            return Err(refuse(format!("probability_two_random_records_match is {prior}, not between 0 and 1")));
        }
        let mut spec = Self {
            columns: Vec::new(),
            id_column: text("unique_id_column_name", "unique_id"),
            source_column: text("source_dataset_column_name", "source_dataset"),
            link_type,
            left_out: Vec::new(),
            prior_match_probability: prior,
            comparisons: Vec::new(),
            rules: Vec::new(),
        };
        for comparison in json["comparisons"].as_array().into_iter().flatten() {
            match spec.comparison(comparison) {
                Ok(found) => spec.comparisons.push(found),
                Err(why) if leave_out => spec.left_out.push(why),
                Err(why) => return Err(refuse(why)),
            }
        }
        for rule in json["blocking_rules_to_generate_predictions"].as_array().into_iter().flatten() {
            match spec.rule(rule) {
                Ok(found) => spec.rules.push(found),
                Err(why) if leave_out => spec.left_out.push(why),
                Err(why) => return Err(refuse(why)),
            }
        }
        match (spec.comparisons.is_empty(), spec.rules.is_empty()) {
            (true, _) => Err(refuse("it has no comparison that this program has")),
            (_, true) => Err(refuse("it has no blocking rule that this program has")),
            _ => Ok(spec),
        }
    }

    fn expression(&mut self, sql: &str) -> Result<Expression, String> {
        let columns = &mut self.columns;
        parse(sql, &mut |name| match columns.iter().position(|c| c.eq_ignore_ascii_case(name)) {
            Some(at) => at,
            None => {
                columns.push(name.to_owned());
                columns.len() - 1
            }
        })
    }

    fn comparison(&mut self, json: &Json) -> Result<SpecComparison, String> {
        let name = json["output_column_name"].as_str().unwrap_or("?").to_owned();
        let levels =
            json["comparison_levels"].as_array().ok_or_else(|| format!("comparison {name:?} has no levels"))?;
        let is_null = |level: &Json| level["is_null_level"].as_bool() == Some(true);
        let valued = levels.iter().filter(|l| !is_null(l)).count();
        let mut above = 0;
        let mut conditions = Vec::new();
        for level in levels {
            let sql = level["sql_condition"].as_str().unwrap_or("");
            let label = level["label_for_charts"].as_str().unwrap_or(sql).to_owned();
            let condition =
                self.expression(sql).map_err(|why| format!("comparison {name:?}, level {label:?} ({sql}): {why}"))?;
            let (default_m, default_u) = defaults(valued, above);
            above += usize::from(!is_null(level));
            let probability = |key: &str, otherwise: f64| match &level[key] {
                Json::Null => Ok(otherwise),
                value => match value.as_f64().filter(|p| (0.0..=1.0).contains(p)) {
                    Some(p) => Ok(p),
                    None => Err(format!("comparison {name:?}, level {label:?}: {key} is {value}, not a probability")),
                },
            };
            let (m, u) = (probability("m_probability", default_m)?, probability("u_probability", default_u)?);
            if u == 0.0 && !is_null(level) {
                return Err(format!(
                    "comparison {name:?}, level {label:?}: u_probability is 0, so that one agreement would prove a match against all else"
                ));
            }
            conditions.push((level, label, condition, m, u));
        }
        let exact_u = |column: usize| {
            let exact = conditions.iter().find(|(_, _, condition, ..)| is_exact(condition, column));
            exact.map(|found| found.4)
        };
        let mut out = Vec::new();
        for (level, label, condition, m, u) in &conditions {
            let term_frequency = match level["tf_adjustment_column"].as_str() {
                None => None,
                Some(_) if level["sql_condition"].as_str().is_some_and(|s| s.trim().eq_ignore_ascii_case("else")) => {
                    None
                }
                Some(column) => {
                    let at = self.columns.iter().position(|c| c.eq_ignore_ascii_case(column));
                    let own = level["disable_tf_exact_match_detection"].as_bool() == Some(true);
                    let exact_u = if own { Some(*u) } else { at.and_then(exact_u) };
                    let (Some(column), Some(exact_u)) = (at, exact_u) else {
                        return Err(format!(
                            "comparison {name:?}: no level at which {column:?} agrees exactly, which its term frequencies need"
                        ));
                    };
                    let number = |key: &str, otherwise: f64| level[key].as_f64().unwrap_or(otherwise);
                    Some(TermFrequency {
                        column,
                        exact_u,
                        weight: number("tf_adjustment_weight", 1.0),
                        least_u: number("tf_minimum_u_value", 0.0),
                    })
                }
            };
            let match_weight_bits = if is_null(level) { 0.0 } else { bits(*m, *u) };
            out.push(SpecLevel {
                name: label.clone(),
                condition: condition.clone(),
                match_weight_bits,
                term_frequency: term_frequency.filter(|_| !is_null(level)),
            });
        }
        Ok(SpecComparison { name, levels: out })
    }

    fn rule(&mut self, json: &Json) -> Result<Rule, String> {
        let sql = json.as_str().or_else(|| json["blocking_rule"].as_str()).unwrap_or("").to_owned();
        if json["salting_partitions"].as_u64().is_some_and(|n| n > 1) || json["arrays_to_explode"].is_array() {
            return Err(format!("blocking rule {sql:?}: salting and exploding are not had"));
        }
        let condition = self.expression(&sql).map_err(|why| format!("blocking rule {sql:?}: {why}"))?;
        let mut rule = Rule { left: Vec::new(), right: Vec::new(), beside: Vec::new() };
        let mut open = vec![condition];
        while let Some(part) = open.pop() {
            match part {
                Expression::All(parts) => open.extend(parts.into_iter().rev()),
                Expression::Compare("=" | "==", a, b) if a.sides() == (true, false) && b.sides() == (false, true) => {
                    rule.left.push(*a);
                    rule.right.push(*b);
                }
                Expression::Compare("=" | "==", a, b) if a.sides() == (false, true) && b.sides() == (true, false) => {
                    rule.left.push(*b);
                    rule.right.push(*a);
                }
                other => rule.beside.push(other),
            }
        }
        if rule.left.is_empty() {
            return Err(format!(
                "blocking rule {sql:?}: it asks the two sides to share nothing, so that all pairs would be compared"
            ));
        }
        Ok(rule)
    }
}

fn is_exact(condition: &Expression, column: usize) -> bool {
    use expression::Side::{Left, Right};
    let Expression::Compare("=" | "==", a, b) = condition else { return false };
    let is = |e: &Expression, side| *e == Expression::Column(side, column);
    (is(a, Left) && is(b, Right)) || (is(a, Right) && is(b, Left))
}

/// log2(m / u), within what a number can hold, as Splink bounds it.
fn bits(m: f64, u: f64) -> f64 {
    (m / u).log2().clamp(-997.0, 997.0)
}

/// What Splink takes for m and u of a level without any, `above` levels from the top of `valued`.
fn defaults(valued: usize, above: usize) -> (f64, f64) {
    let rest = 0.05 / (valued.max(2) - 1) as f64;
    if above == 0 {
        return (0.95, 0.95 / 1024.0);
    }
    let below_top = valued.saturating_sub(1);
    let from_bottom = below_top.saturating_sub(above) as f64;
    let weight = if below_top < 2 { -5.0 } else { -5.0 + 8.0 * from_bottom / (below_top - 1) as f64 };
    (rest, rest / weight.exp2())
}

impl SpecLevel {
    fn holds(&self, rows: expression::Rows) -> bool {
        self.condition.evaluate(rows).is_true()
    }
}

impl Rule {
    /// What a row shares with others as the left or the right side; `None` where any part is unknown.
    fn key(sides: &[Expression], row: &[Option<String>]) -> Option<u64> {
        sides.iter().try_fold(0x5eed_u64, |hash, part| match part.evaluate((row, row)) {
            Value::Null => None,
            Value::Text(text) => Some(crate::mix::hash_bytes(hash, text.as_bytes())),
            Value::Number(n) => Some(crate::mix::hash_bytes(hash, &n.to_bits().to_le_bytes())),
            Value::Truth(t) => Some(crate::mix::mix(hash ^ u64::from(t))),
        })
    }

    fn holds_beside(&self, rows: expression::Rows) -> bool {
        self.beside.iter().all(|part| part.evaluate(rows).is_true())
    }
}
