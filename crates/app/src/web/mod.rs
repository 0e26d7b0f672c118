//! Serves a published folder, as any web server could. Nothing but its files is ever sent.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::refusal::{Outcome, Refusal};
use crate::terminal::say;

/// Folders of a release whose files came from others. Nothing in them is ever a page of this origin.
const RECEIVED: [&str; 3] = ["/originals/", "/captured/", "/received/"];

/// A path without its escapes: `/%6Friginals/` is the same folder.
fn plainly(path: &str) -> String {
    let mut plain = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = (*first == b'%').then(|| std::str::from_utf8(after.get(..2)?).ok()).flatten();
        let byte = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        plain.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// A link that leads out of the site, to keys or originals, leads nowhere: no release has one.
async fn inside(
    State(site): State<Arc<PathBuf>>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> axum::response::Response {
    let asked = site.join(plainly(request.uri().path()).trim_start_matches('/'));
    for place in [asked.join("index.html"), asked] {
        if let Ok(place) = tokio::fs::canonicalize(place).await
            && !place.starts_with(site.as_path())
        {
            return StatusCode::NOT_FOUND.into_response();
        }
    }
    next.run(request).await
}

/// Received files go out as files to keep, in a sandbox without scripts and without an origin; drawings are never programs.
async fn with_policy(request: axum::extract::Request, next: axum::middleware::Next) -> axum::response::Response {
    let path = plainly(request.uri().path()).to_ascii_lowercase();
    let mut response = next.run(request).await;
    let received = RECEIVED.iter().any(|folder| path.contains(folder));
    let drawing = [".svg", ".svgz", ".xml", ".xhtml"].iter().any(|end| path.ends_with(end));
    let headers = response.headers_mut();
    if received {
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    }
    let policy = match (received, drawing) {
        (true, _) => "sandbox; default-src 'none'",
        (_, true) => "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        _ => "object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

pub async fn serve(site: &Path, listen: &str) -> Outcome<()> {
    if !site.join("index.html").is_file() {
        return Err(Refusal::new(format!("{} holds no release; nothing is served. Publish one first", site.display())));
    }
    let whole = std::fs::canonicalize(site).map_err(|e| Refusal::io("could not find", site, e))?;
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .map_err(|e| Refusal::new(format!("{listen} cannot be listened on ({e}); nothing is served")))?;
    let address = listener.local_addr().map_err(|e| Refusal::new(e.to_string()))?;
    let set = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    let app = Router::new()
        .fallback_service(ServeDir::new(site).not_found_service(ServeFile::new(site.join("404.html"))))
        .layer(axum::middleware::from_fn_with_state(Arc::new(whole), inside))
        .layer(axum::middleware::from_fn(with_policy))
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(set(header::REFERRER_POLICY, "no-referrer"))
        .layer(set(header::X_FRAME_OPTIONS, "DENY"));
    say(format!("serving {} at http://{address}/ (stop with Ctrl-C)", site.display()));
    axum::serve(listener, app)
        .with_graceful_shutdown(async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await
        .map_err(|e| Refusal::new(format!("serving stopped: {e}")))
}
