//! `tawthiq-credentials MEDIA-TYPE`: bytes on standard input, what their manifest says as JSON on standard output.

use std::io::{Read, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(media_type) = std::env::args().nth(1) else {
        eprintln!("tawthiq-credentials: no media type was said; nothing was read");
        return ExitCode::from(2);
    };
    let mut bytes = Vec::new();
    let told = std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .and_then(|_| Ok(serde_json::to_vec(&credentials::look(&bytes, &media_type))?))
        .and_then(|told| std::io::stdout().lock().write_all(&told));
    match told {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tawthiq-credentials: {error}; nothing was told");
            ExitCode::from(2)
        }
    }
}
