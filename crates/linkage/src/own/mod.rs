//! Comparisons that a user declares over any columns of any lists (TOML, `spec = "own"`), with their weights found without truth.
//!
//! Nothing is known of names or wars here. Fellegi and Sunter's two classes: a level's weight is log2(m / u), missing weighs nothing, and
//! less agreement never weighs more. docs/methods/own-comparisons.md.

mod column;
mod diagnose;
mod run;
mod table;
mod train;

use serde::Deserialize;

pub use run::{OwnLevel, OwnRun, link_own};
pub use table::OwnRecords;

use crate::LinkageError;

/// A pattern has four bits a comparison.
const MOST_COMPARISONS: usize = 15;
/// Level 0 is missing, the last is that the two differ.
const MOST_THRESHOLDS: usize = 12;
const MOST_RULES: usize = 32;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnSpec {
    spec: Named,
    /// `record_id`, `rec_id`, `unique_id` or `id` where it is not named.
    #[serde(default)]
    pub id_column: Option<String>,
    /// How dates are written beside ISO 8601, as `strftime` has it; [`crate::DATE_FORMATS`] where none is named.
    #[serde(default)]
    pub date_formats: Vec<String>,
    #[serde(default)]
    pub link_only: bool,
    #[serde(default = "one")]
    pub seed: u64,
    #[serde(default = "half")]
    pub threshold_probability: f64,
    #[serde(default = "hundredth")]
    pub keep_probability: f64,
    /// Share of matches among all pairs of records; found where it is not said.
    #[serde(default)]
    pub prior_match_probability: Option<f64>,
    /// Random pairs that show what chance agreement looks like, at most.
    #[serde(default = "million")]
    pub random_pairs: u64,
    /// A block of more records is not compared by its rule, which is said.
    #[serde(default = "thousand")]
    pub block_records_at_most: u32,
    pub comparisons: Vec<OwnComparison>,
    pub rules: Vec<OwnRule>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Named {
    #[serde(rename = "own")]
    Own,
}

fn one() -> u64 {
    1
}
fn half() -> f64 {
    0.5
}
fn hundredth() -> f64 {
    0.01
}
fn million() -> u64 {
    1_000_000
}
fn thousand() -> u32 {
    1_000
}

/// What one comparison reads and where its levels lie.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnComparison {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub column: Option<String>,
    /// Latitude and longitude, in degrees, of `km`.
    #[serde(default)]
    pub columns: Vec<String>,
    pub by: Measure,
    /// From more to less agreement.
    #[serde(default)]
    pub at: Vec<f64>,
    /// Between the members of a cell, of `shared`.
    #[serde(default = "semicolon")]
    pub separator: String,
    /// A rare value that agrees weighs more.
    #[serde(default)]
    pub term_frequency: bool,
}

fn semicolon() -> String {
    ";".to_owned()
}

/// How two values are held to be alike. All but `shared` have a first level of their own, where the two are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    Exact,
    /// Edits at most.
    Levenshtein,
    /// Edits at most, two neighbours that changed places being one.
    DamerauLevenshtein,
    /// Similarity at least, from 0 to 1.
    JaroWinkler,
    /// Difference at most.
    Number,
    /// Difference at most, in percent of the larger.
    Percent,
    /// Days at most.
    Days,
    /// Kilometres at most, along the Earth's surface.
    Km,
    /// Members shared, at least.
    Shared,
    /// The whole address, what stands before @, what stands behind it.
    Email,
    /// The whole British postcode, its sector, its district.
    Postcode,
}

/// A blocking rule: two records that share all of this are compared.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnRule {
    pub same: Vec<Part>,
}

/// A column, or what of it two records must share.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Part {
    Whole(String),
    Some(PartOf),
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartOf {
    pub column: String,
    pub part: PartName,
    /// Letters of `start`.
    #[serde(default = "three")]
    pub letters: u8,
    /// Of `member`.
    #[serde(default = "semicolon")]
    pub separator: String,
}

fn three() -> u8 {
    3
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartName {
    Whole,
    /// Of a date that tells its day, however it is written.
    Day,
    /// British, however it is written.
    Postcode,
    /// The first letters.
    Start,
    Year,
    Month,
    Username,
    Domain,
    Sector,
    District,
    /// Any one of several in a cell.
    Member,
    /// The consonants of a word, so that spellings of one name meet.
    Consonants,
}

impl Part {
    pub fn column(&self) -> &str {
        match self {
            Self::Whole(column) => column,
            Self::Some(of) => &of.column,
        }
    }
}

fn refuse<T>(what: String) -> Result<T, LinkageError> {
    Err(LinkageError::Settings(what))
}

impl OwnComparison {
    /// The columns that it reads.
    pub fn reads(&self) -> impl Iterator<Item = &str> {
        self.column.iter().chain(&self.columns).map(String::as_str)
    }

    pub fn title(&self) -> String {
        let columns = || self.reads().collect::<Vec<_>>().join(", ");
        self.name.clone().unwrap_or_else(columns)
    }

    /// Of each level its name, from most to least agreement; the last is that the two differ.
    pub fn levels(&self) -> Vec<String> {
        let at =
            |before: &str, behind: &str| self.at.iter().map(|t| format!("{before}{t}{behind}")).collect::<Vec<_>>();
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let between: Vec<String> = match self.by {
            Measure::Exact => Vec::new(),
            Measure::Levenshtein | Measure::DamerauLevenshtein => at("within ", " edits"),
            Measure::JaroWinkler => at("jaro-winkler from ", ""),
            Measure::Number => at("within ", ""),
            Measure::Percent => at("within ", " %"),
            Measure::Days => at("within ", " days"),
            Measure::Km => at("within ", " km"),
            Measure::Shared => at("sharing ", " or more"),
            Measure::Email => named(&["same username", "same domain"]),
            Measure::Postcode => named(&["same sector", "same district"]),
        };
        let first = if self.by == Measure::Shared { None } else { Some("same".to_owned()) };
        first.into_iter().chain(between).chain(["differ".to_owned()]).collect()
    }

    fn check(&self) -> Result<(), LinkageError> {
        let title = self.title();
        let no = |what: &str| refuse(format!("comparison {title:?}: {what}"));
        match (self.by, &self.column, &self.columns[..]) {
            (Measure::Km, None, [_, _]) | (_, Some(_), []) if (self.by == Measure::Km) == self.column.is_none() => {}
            (Measure::Km, ..) => return no("km needs columns = [latitude, longitude]"),
            _ => return no("it needs one column"),
        }
        let (least, most, rises) = match self.by {
            Measure::Exact | Measure::Email | Measure::Postcode if self.at.is_empty() => return self.check_terms(),
            Measure::Exact | Measure::Email | Measure::Postcode => return no("its levels are its own; leave out at"),
            Measure::Levenshtein | Measure::DamerauLevenshtein => (1.0, 1000.0, true),
            Measure::JaroWinkler => (f64::MIN_POSITIVE, 1.0, false),
            Measure::Shared => (1.0, 1000.0, false),
            Measure::Number | Measure::Percent | Measure::Days | Measure::Km => (0.0, f64::MAX, true),
        };
        if self.at.is_empty() || self.at.len() > MOST_THRESHOLDS {
            return no(&format!("at needs 1 to {MOST_THRESHOLDS} thresholds"));
        }
        if let Some(t) = self.at.iter().find(|t| !(**t >= least && **t <= most)) {
            return no(&format!("{t} is no threshold of it"));
        }
        if self.at.windows(2).any(|two| if rises { two[0] >= two[1] } else { two[0] <= two[1] }) {
            return no("at must go from more to less agreement");
        }
        if self.separator.is_empty() {
            return no("its separator is empty");
        }
        self.check_terms()
    }

    fn check_terms(&self) -> Result<(), LinkageError> {
        use Measure::{DamerauLevenshtein, Email, Exact, JaroWinkler, Levenshtein, Postcode};
        let is_text = matches!(self.by, Exact | Levenshtein | DamerauLevenshtein | JaroWinkler | Email | Postcode);
        match self.term_frequency && !is_text {
            true => refuse(format!("comparison {:?}: only texts have term frequencies", self.title())),
            false => Ok(()),
        }
    }
}

impl OwnSpec {
    /// Whether a text is such a spec, as far as its first look tells.
    pub fn is_one(text: &str) -> bool {
        text.parse::<toml::Table>().is_ok_and(|table| table.get("spec").and_then(|spec| spec.as_str()) == Some("own"))
    }

    /// Reads TOML.
    ///
    /// # Errors
    /// What is no such spec, in words; what no run could mean.
    pub fn parse(text: &str) -> Result<Self, LinkageError> {
        let spec: Self = toml::from_str(text).map_err(|e| LinkageError::Settings(e.to_string()))?;
        spec.check()?;
        Ok(spec)
    }

    fn check(&self) -> Result<(), LinkageError> {
        let shares = [
            ("threshold_probability", Some(self.threshold_probability)),
            ("keep_probability", Some(self.keep_probability)),
            ("prior_match_probability", self.prior_match_probability),
        ];
        for (name, share) in shares {
            if let Some(share) = share.filter(|share| !(*share > 0.0 && *share < 1.0)) {
                return refuse(format!("{name} is {share}, not between 0 and 1"));
            }
        }
        crate::settings::check_kept(self.keep_probability, self.threshold_probability)?;
        crate::settings::check_date_formats(&self.date_formats)?;
        if self.random_pairs < 1 || self.block_records_at_most < 2 {
            return refuse("random_pairs and block_records_at_most must allow for a pair".to_owned());
        }
        if self.comparisons.is_empty() || self.comparisons.len() > MOST_COMPARISONS {
            return refuse(format!("it has {} comparisons, not 1 to {MOST_COMPARISONS}", self.comparisons.len()));
        }
        if self.rules.is_empty() || self.rules.len() > MOST_RULES || self.rules.iter().any(|r| r.same.is_empty()) {
            return refuse(format!(
                "it needs 1 to {MOST_RULES} rules that ask two records to share something; else all pairs would be compared"
            ));
        }
        for (at, comparison) in self.comparisons.iter().enumerate() {
            comparison.check()?;
            if self.comparisons[..at].iter().any(|other| other.title() == comparison.title()) {
                return refuse(format!("two comparisons are called {:?}; give one a name", comparison.title()));
            }
        }
        let parts = self.rules.iter().flat_map(|rule| &rule.same);
        for part in parts.filter_map(|part| if let Part::Some(of) = part { Some(of) } else { None }) {
            if part.letters < 1 || part.separator.is_empty() {
                return refuse(format!("a rule reads nothing of column {:?}", part.column));
            }
        }
        Ok(())
    }

    /// Every column that is read, once, in the order in which they are named.
    pub fn columns(&self) -> Vec<&str> {
        let rules = self.rules.iter().flat_map(|rule| &rule.same).map(Part::column);
        let mut out: Vec<&str> = Vec::new();
        for column in self.comparisons.iter().flat_map(OwnComparison::reads).chain(rules) {
            if !out.contains(&column) {
                out.push(column);
            }
        }
        out
    }
}
