//! A trained model as a file (JSON): with the settings and what the records bore that it was trained on, so that it is not used on others.

use serde::{Deserialize, Serialize};

use crate::record_set::{Said, names_of};
use crate::{LinkRecord, LinkageError, Model, RowSpec, Settings};

/// What records may bear, each a bit of [`LinkRecord::facts`] in this order.
const FACTS: [&str; 9] = [
    "names in Arabic script",
    "names in other scripts",
    "sex",
    "age",
    "date",
    "governorate or state",
    "town or city",
    "cause, or a number of one's own",
    "perpetrator or postcode",
];

/// What none of the records bears of whom these are the facts, in words; names in one script are names.
pub fn facts_lacking(facts: u16) -> Vec<&'static str> {
    const NAMES: u16 = 0b11;
    let lacks = |bit: usize| facts >> bit & 1 == 0;
    let others = FACTS.iter().enumerate().skip(2).filter(|(bit, _)| lacks(*bit)).map(|(_, name)| *name);
    (facts & NAMES == 0).then_some("names").into_iter().chain(others).collect()
}

impl LinkRecord {
    /// Which facts the record bears; those of several records are joined by `|`.
    pub fn facts(&self) -> u16 {
        Said::from(self).facts(names_of(self))
    }
}

/// docs/formats/model.md
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFile {
    pub settings: Settings,
    pub model: Model,
    pub trained_on_records: u64,
    /// What those records bore.
    pub facts: Vec<String>,
}

impl ModelFile {
    /// `facts` are those of the records that the model was trained on.
    pub fn new(settings: &Settings, model: &Model, trained_on_records: u64, facts: u16) -> Self {
        let borne = FACTS.iter().enumerate().filter(|(bit, _)| facts >> bit & 1 == 1);
        let facts = borne.map(|(_, name)| (*name).to_owned()).collect();
        Self { settings: settings.clone(), model: model.clone(), trained_on_records, facts }
    }

    /// Reads a model.
    ///
    /// # Errors
    /// What is no such file, of another version, or has a number that is no probability.
    pub fn parse(json: &str) -> Result<Self, LinkageError> {
        let refuse = |e: serde_json::Error| LinkageError::Model(e.to_string());
        let value: serde_json::Value = serde_json::from_str(json).map_err(refuse)?;
        // Its version first: a file of another one need not have these fields.
        match value["model"]["version"].as_u64() {
            None => return Err(LinkageError::Model("it is no model that a link run wrote".into())),
            Some(version) if version != u64::from(crate::MODEL_VERSION) => {
                let own = crate::MODEL_VERSION;
                return Err(LinkageError::Model(format!(
                    "it is of version {version}, and this program reads version {own}"
                )));
            }
            Some(_) => {}
        }
        let file: Self = serde_json::from_value(value).map_err(refuse)?;
        file.model.scorer()?;
        Ok(file)
    }

    /// Refuses a model of another spec, and one that was trained on records without a fact that these bear: its weight would be no
    /// more than the belief that training starts from.
    pub fn check(&self, settings: &Settings, facts: u16) -> Result<(), LinkageError> {
        let name = |spec| match spec {
            RowSpec::Victims => "victims",
            RowSpec::People => "people",
        };
        if self.settings.spec != settings.spec {
            let (its, own) = (name(self.settings.spec), name(settings.spec));
            return Err(LinkageError::Model(format!("it was trained on lists of {its}, and these are read as {own}")));
        }
        let lacking = FACTS
            .iter()
            .enumerate()
            .filter(|(bit, name)| facts >> bit & 1 == 1 && !self.facts.iter().any(|f| f == *name));
        let lacking: Vec<&str> = lacking.map(|(_, name)| *name).collect();
        match lacking.is_empty() {
            true => Ok(()),
            false => Err(LinkageError::Model(format!(
                "it was trained on lists without {}, which these have, and has nothing to weigh them by",
                lacking.join(", ")
            ))),
        }
    }
}
