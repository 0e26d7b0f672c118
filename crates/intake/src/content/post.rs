//! A row that is a post: an item of a feed, or a line of an export.

use domain::{Post, PostId, values};

use super::check_required;
use crate::row::{Fault, RowView};

pub(super) fn read(row: &RowView<'_>) -> Result<Post, Fault> {
    let what = "a time with its offset, or a day";
    let published = row.parsed("published", what, |text| {
        values::published(text)
            .or_else(|| values::date(text, &row.mapping.date_formats)?.exact_day().and_then(values::whole_day))
    })?;
    let post = Post {
        id: PostId::derive(&row.ctx.accession, row.number),
        source: row.ctx.source.clone(),
        accession: row.ctx.accession.clone(),
        row: row.number,
        source_post_id: row.owned("source_post_id"),
        address: row.owned("address"),
        author: row.owned("author"),
        title: row.owned("title"),
        summary: row.owned("summary"),
        text: row.owned("text"),
        published_at: published.map(|published| published.at),
        published_until: published.and_then(|published| published.until),
        media: row.media(),
        original: row.original(),
    };
    check_required(row, |field| if field == "media" { !post.media.is_empty() } else { row.text(field).is_some() })?;
    Ok(post)
}
