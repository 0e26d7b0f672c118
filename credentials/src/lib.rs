//! A C2PA manifest: who says how a picture or video was made, and whether that holds together.
//!
//! "Holds" means that the bytes are those that were signed. It does not mean that the signer is known: no list of trusted
//! signers is used, nothing is fetched, and what a manifest claims is a claim like any other.

use std::io::Cursor;

use c2pa::{Context, Reader, ValidationState};
use serde::Serialize;

/// Nothing is fetched from the network, whatever a manifest names.
const SETTINGS: &str = r#"{"verify":{"remote_manifest_fetch":false,"ocsp_fetch":false,"verify_trust":false}}"#;

/// A file may list as many as it likes.
const MOST_ACTIONS: usize = 32;

/// What a manifest says, as the manifest says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claim {
    pub field: String,
    pub value: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Told {
    pub claims: Vec<Claim>,
    /// One sentence each: what came of validating it.
    pub remarks: Vec<String>,
}

impl Told {
    fn claim(&mut self, field: &str, value: &str) {
        self.claims.push(Claim { field: format!("c2pa:{field}"), value: value.to_owned() });
    }
}

/// Reads and validates the manifest of a file of this media type.
pub fn look(bytes: &[u8], media_type: &str) -> Told {
    let mut told = Told::default();
    let context = match Context::new().with_settings(SETTINGS) {
        Ok(context) => context,
        Err(error) => {
            told.remarks.push(format!("its C2PA manifest was not validated: {error}"));
            return told;
        }
    };
    let reader = match Reader::from_context(context).with_stream(media_type, Cursor::new(bytes)) {
        Ok(reader) => reader,
        Err(error) => {
            told.remarks.push(format!("its C2PA manifest cannot be read: {error}"));
            return told;
        }
    };
    let state = match reader.validation_state() {
        ValidationState::Invalid => {
            "does not hold: the file or the manifest was changed after it was signed, is damaged, or was made wrongly"
        }
        ValidationState::Valid => {
            "holds: the bytes are those that were signed; the signer is not checked against any list"
        }
        _ => "holds, by a signer that is trusted",
    };
    let failures: Vec<&str> = reader.validation_status().unwrap_or_default().iter().map(|s| s.code()).take(8).collect();
    let failures = if failures.is_empty() { String::new() } else { format!(" ({})", failures.join(", ")) };
    told.remarks.push(format!("it holds a C2PA manifest, which {state}{failures}"));
    let Some(manifest) = reader.active_manifest() else { return told };
    for (field, value) in [("title", manifest.title()), ("claim_generator", manifest.claim_generator())] {
        value.into_iter().for_each(|value| told.claim(field, value));
    }
    for generator in manifest.claim_generator_info.iter().flatten() {
        told.claim("made with", &generator.name);
    }
    // What was done to it, and what it was made from: a camera, or a model that makes pictures up.
    let actions = manifest.assertions().iter().filter(|assertion| assertion.label().starts_with("c2pa.actions"));
    let actions = actions.filter_map(|assertion| assertion.value().ok()?.get("actions")?.as_array());
    for action in actions.flatten().take(MOST_ACTIONS) {
        for (field, key) in [("action", "action"), ("digital source", "digitalSourceType")] {
            action[key].as_str().into_iter().for_each(|value| told.claim(field, value));
        }
    }
    if let Some(signature) = manifest.signature_info() {
        signature.issuer.iter().for_each(|issuer| told.claim("issuer", issuer));
        signature.time.iter().for_each(|time| told.claim("signing time", time));
    }
    told
}
