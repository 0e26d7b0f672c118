//! The log's signing key: 32 bytes as hexadecimal in a file that its owner alone can read.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use ed25519_dalek::SigningKey;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::{EvidenceError, Result, files};

pub fn generate(entropy: &mut dyn FnMut(&mut [u8])) -> SigningKey {
    let mut seed = [0; 32];
    entropy(&mut seed);
    SigningKey::from_bytes(&seed)
}

/// Refuses to write over a key.
pub fn store(path: &Path, key: &SigningKey) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let mut file = match options.write(true).create_new(true).mode(0o600).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(EvidenceError::Exists(path.to_owned()));
        }
        Err(error) => return Err(EvidenceError::io("could not write", path)(error)),
    };
    let text = data_encoding::HEXLOWER.encode(key.as_bytes()) + "\n";
    file.write_all(text.as_bytes()).map_err(EvidenceError::io("could not write", path))?;
    file.sync_all().map_err(EvidenceError::io("could not make durable", path))
}

/// A code over what the keeper keeps for herself, which nobody can make without the signing key: HMAC-SHA-256 (RFC 2104) under a key
/// that is derived from it. No signature is made, so that nothing of it could be shown as one. `purpose` says what the bytes are.
pub fn keepers_code(key: &SigningKey, purpose: &str, bytes: &[u8]) -> [u8; 32] {
    let own = Sha256::new().chain_update(b"tawthiq-keeper/v1\0").chain_update(key.as_bytes()).finalize();
    let mut code = Hmac::<Sha256>::new_from_slice(&own).expect("HMAC takes a key of any length");
    code.update(purpose.as_bytes());
    code.update(b"\0");
    code.update(bytes);
    code.finalize().into_bytes().into()
}

pub fn load(path: &Path) -> Result<SigningKey> {
    let refuse = || EvidenceError::Key(path.to_owned());
    let bytes = data_encoding::HEXLOWER.decode(files::read(path)?.trim_ascii()).map_err(|_| refuse())?;
    Ok(SigningKey::from_bytes(&bytes.try_into().map_err(|_| refuse())?))
}
