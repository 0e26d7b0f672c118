//! Serves a published folder, as any web server could. Nothing but its files is ever sent.

use std::path::Path;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::refusal::{Outcome, Refusal};
use crate::terminal::say;

pub async fn serve(site: &Path, listen: &str) -> Outcome<()> {
    if !site.join("index.html").is_file() {
        return Err(Refusal::new(format!("{} holds no release; nothing is served. Publish one first", site.display())));
    }
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .map_err(|e| Refusal::new(format!("{listen} cannot be listened on ({e}); nothing is served")))?;
    let address = listener.local_addr().map_err(|e| Refusal::new(e.to_string()))?;
    let set = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    let app = Router::new()
        .fallback_service(ServeDir::new(site))
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
