//! Feeds: what a source posts is kept in its words, with the time that it gives.

mod common;

use common::{take, take_from};
use domain::{Content, Post};
use intake::{Mapping, detect};

const RSS: &str = "<?xml version='1.0' encoding='UTF-8'?>\n<!-- invented --><rss version='2.0' xmlns:dc='d' xmlns:content='c'>\
    <channel><title>Invented desk</title><link>https://desk.invalid/</link><item><title>قصف على بلدة مختلقة</title>\
    <link>https://desk.invalid/1</link><pubDate>Tue, 19 Mar 2019 23:30:00 -0200</pubDate><dc:creator>Desk</dc:creator>\
    <guid isPermaLink='false'>desk-1</guid><description>Short</description><content:encoded><![CDATA[<p>Long</p>]]></content:encoded>\
    <enclosure url='https://desk.invalid/a.jpg' type='image/jpeg' length='1'/></item>\
    <item><title>Second</title><pubDate>yesterday</pubDate></item><item><link>https://desk.invalid/3</link></item></channel></rss>";

fn posts(content: &[Content]) -> Vec<&Post> {
    content.iter().filter_map(|c| if let Content::Post(post) = c { Some(post) } else { None }).collect()
}

#[test]
fn an_item_of_rss_is_a_post_and_what_cannot_be_read_is_rejected() {
    let found = detect("a.csv", RSS.as_bytes()).unwrap();
    assert_eq!((found.mapping, found.media_type), ("feed", "application/rss+xml"));
    let taken = take(RSS.as_bytes(), "feed");
    let posts = posts(&taken.items);
    assert_eq!(posts.len(), 1);
    let post = posts[0];
    assert_eq!(post.title.as_deref(), Some("قصف على بلدة مختلقة"));
    assert_eq!((post.address.as_deref(), post.author.as_deref()), (Some("https://desk.invalid/1"), Some("Desk")));
    assert_eq!((post.summary.as_deref(), post.text.as_deref()), (Some("Short"), Some("<p>Long</p>")));
    assert_eq!(post.source_post_id.as_deref(), Some("desk-1"));
    // 20 March 2019, 01:30 UTC.
    assert_eq!((post.published_at, post.published_until), (Some(1_553_045_400), None));
    assert_eq!(post.media, ["https://desk.invalid/a.jpg"]);
    assert!(post.original.contains(&("pubDate".into(), "Tue, 19 Mar 2019 23:30:00 -0200".into())));
    let refused: Vec<_> = taken.rejected.iter().map(|r| (r.row, r.column.as_str(), r.reason.as_str())).collect();
    assert_eq!(refused[0], (2, "pubDate", "it is not a time with its offset, or a day"));
    assert_eq!(refused[1], (3, "", "it has no title and no text and no summary"));
}

#[test]
fn atom_and_json_feed_give_the_same_post() {
    let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><title>Desk</title><entry><title>One</title><id>urn:1</id>\
        <link rel='self' href='https://desk.invalid/1.atom'/><link href='https://desk.invalid/1'/><author><name>Desk</name></author>\
        <updated>2020-01-01T00:00:00Z</updated><published>2019-03-19T10:00:00Z</published><summary>S</summary></entry></feed>";
    let json = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "Desk", "authors": [{"name": "x", "tags": [1, [2]]}],
        "items": [{"id": "urn:1", "url": "https://desk.invalid/1", "title": "One", "authors": [{"name": "Desk"}], "summary": "S",
        "date_published": "2019-03-19T10:00:00Z"}]}"#;
    let read = |bytes: &str, mapping: &str| {
        assert_eq!(detect("file", bytes.as_bytes()).unwrap().mapping, mapping);
        let taken = take(bytes.as_bytes(), mapping);
        assert_eq!(taken.rejected, []);
        let mut post = posts(&taken.items)[0].clone();
        post.original.clear();
        post
    };
    let post = read(atom, "feed");
    assert_eq!(post.published_at, Some(1_552_989_600));
    assert_eq!(post, read(json, "json-feed"));
}

#[test]
fn a_feed_goes_on_where_it_was_left_and_a_cut_one_keeps_what_came_before() {
    let mapping = Mapping::by_name("feed").unwrap();
    let items: String = (0..50).map(|i| format!("<item><title>t{i}</title><a{i}>x</a{i}></item>")).collect();
    let text = format!("<rss version='2.0'><channel>{items}<item><title>cut");
    let whole = take_from(text.as_bytes(), &mapping, 0).unwrap();
    let rest = take_from(text.as_bytes(), &mapping, 20).unwrap();
    assert_eq!(whole.items[20..], rest.items);
    assert_eq!((whole.items.len(), rest.items.len()), (50, 30));
    assert_eq!((whole.rejected[0].row, whole.rejected.len()), (0, 1));
    assert!(whole.rejected[0].reason.contains("cut off"));
}

#[test]
fn an_export_of_posts_needs_only_a_mapping() {
    let mapping = "name='posts'\nkind='post'\nrequire_any=['text']\n[columns]\nid='source_post_id'\ntext='text'\nday='published'\npics='media'";
    let mapping = Mapping::parse(mapping).unwrap();
    let taken = take_from(
        b"id,text,day,pics\n1,one,2019-03-19,https://a.invalid/1 https://a.invalid/2\n2,,2019-03-19,\n",
        &mapping,
        0,
    )
    .unwrap();
    let posts = posts(&taken.items);
    assert_eq!((posts[0].published_at, posts[0].published_until), (Some(1_552_953_600), Some(1_553_039_999)));
    assert_eq!((posts[0].media.len(), taken.rejected.len()), (2, 1));
}
