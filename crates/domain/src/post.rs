//! A post, update or article as a feed or an export gives it. It is kept and looked up; it says what was written and when,
//! and nothing is counted from it.

use serde::{Deserialize, Serialize};

use crate::{AccessionId, PostId, SourceId};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    pub id: PostId,
    /// Whose post it is.
    pub source: SourceId,
    pub accession: AccessionId,
    pub row: u64,
    /// The source's own id of it, such as the `guid` of a feed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_post_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Who signs it, in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// An excerpt, or all of it where nothing longer is given; it may be markup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The words as received; they may be markup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// When it was published, in seconds since 1970, as the source says; the first second of the day (UTC) where no more
    /// than a day is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<i64>,
    /// The last second of that day, where no more than a day is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_until: Option<i64>,
    /// Addresses of pictures, films and sounds that it shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub original: Vec<(String, String)>,
}
