//! A C2PA manifest: who says how the picture was made, and whether that holds together. With the feature `c2pa` alone.
//!
//! "Valid" means that the bytes are those that were signed. It does not mean that the signer is known: no list of trusted
//! signers is used, nothing is fetched, and what a manifest claims is a claim like any other.

use std::io::Cursor;

use c2pa::{Context, Reader, ValidationState};

use crate::Metadata;

/// Nothing is fetched from the network, whatever a manifest names.
const SETTINGS: &str = r#"{"verify":{"remote_manifest_fetch":false,"ocsp_fetch":false,"verify_trust":false}}"#;

/// Adds what the manifest says to the claims, and what came of validating it to the remarks.
pub(crate) fn validate(bytes: &[u8], media_type: &str, found: &mut Metadata) {
    let context = match Context::new().with_settings(SETTINGS) {
        Ok(context) => context,
        Err(error) => return found.remarks.push(format!("its C2PA manifest was not validated: {error}")),
    };
    let reader = match Reader::from_context(context).with_stream(media_type, Cursor::new(bytes)) {
        Ok(reader) => reader,
        Err(error) => return found.remarks.push(format!("its C2PA manifest cannot be read: {error}")),
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
    found.remarks.push(format!("it holds a C2PA manifest, which {state}{failures}"));
    let Some(manifest) = reader.active_manifest() else { return };
    for (field, value) in [("title", manifest.title()), ("claim_generator", manifest.claim_generator())] {
        value.into_iter().for_each(|value| found.claim(format!("c2pa:{field}"), value));
    }
    if let Some(signature) = manifest.signature_info() {
        signature.issuer.iter().for_each(|issuer| found.claim("c2pa:issuer", issuer));
        signature.time.iter().for_each(|time| found.claim("c2pa:signing time", time));
    }
}
