//! The program's only requests: to witnesses, time-stamping authorities and calendars that a person named.

use std::time::Duration;

use crate::refusal::{Outcome, Refusal};

/// An answer is never longer than this.
const ANSWER_BYTES: u64 = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(0)
        .user_agent(concat!("tawthiq/", env!("CARGO_PKG_VERSION")));
    config.build().new_agent()
}

fn answer(url: &str, got: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Outcome<Answer> {
    let refuse = |error: ureq::Error| Refusal::new(format!("{url} did not answer: {error}; nothing was kept of it"));
    let mut response = got.map_err(refuse)?;
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(ANSWER_BYTES).read_to_vec().map_err(refuse)?;
    Ok(Answer { status, body })
}

pub fn post(url: &str, media_type: &str, body: &[u8]) -> Outcome<Answer> {
    answer(url, agent().post(url).header("content-type", media_type).send(body))
}

pub fn get(url: &str) -> Outcome<Answer> {
    answer(url, agent().get(url).call())
}
