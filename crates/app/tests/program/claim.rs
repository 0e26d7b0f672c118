//! The claim of the blog post, checked against what was printed.

use crate::support::Site;

fn shares<'a>(answer: &'a serde_json::Value, list: &str) -> Vec<(&'a str, u64, u64, String)> {
    let list = answer[list].as_array().unwrap();
    list.iter()
        .map(|s| {
            let percent = format!("{:.1}", s["percent"].as_f64().unwrap());
            (
                s["source"].as_str().unwrap(),
                s["numerator"].as_u64().unwrap(),
                s["denominator"].as_u64().unwrap(),
                percent,
            )
        })
        .collect()
}

#[test]
fn eleven_percent_is_not_what_the_network_printed_and_is_what_the_committee_printed() {
    Site::on_both("claim", |site| {
        site.import_figures();
        assert_eq!(site.rows("figure"), 1560);
        let (out, _) = site.ok(&["check", "ISIS 11% SNHR 2019-03", "--json"]);
        let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(answer["verdict"], "not_found");
        let printed = shares(&answer, "printed_by_source");
        assert!(printed.contains(&("snhr", 28, 334, "8.4".into())), "{printed:?}");
        assert!(printed.contains(&("snhr", 33, 334, "9.9".into())), "{printed:?}");
        let nearby = shares(&answer, "same_source_nearby");
        assert!(nearby.contains(&("snhr", 10, 324, "3.1".into())), "{nearby:?}");
        assert!(nearby.contains(&("snhr", 82, 1864, "4.4".into())), "{nearby:?}");
        let nearest = shares(&answer, "nearest");
        assert_eq!(nearest.first(), Some(&("shrc", 31, 279, "11.1".into())));
        assert_eq!(answer["nearest"][0]["parties_sum_to"], 282);
        let others = shares(&answer, "other_sources");
        assert!(others.contains(&("tsr", 54, 290, "18.6".into())), "{others:?}");
        assert!(answer["nearest"][0]["addresses"][0].as_str().unwrap().starts_with("https://hibrpress.com/"));

        let flags =
            ["check", "--party", "داعش", "--percent", "11", "--source", "SNHR", "--period", "2019-03", "--json"];
        assert_eq!(site.ok(&flags).0, out);
    });
}

#[test]
fn a_claim_that_cannot_be_read_is_refused_and_nothing_is_checked() {
    let site = Site::sqlite();
    site.import_figures();
    for bad in ["", "11%", "ISIS SNHR 2019-03", "nobody-of-that-name 11% SNHR 2019-03", "ISIS 11% SNHR 2019-13"] {
        let output = site.run(&["check", bad]);
        assert_eq!(output.status.code(), Some(2), "{bad:?}");
        let message = crate::support::text(&output.stderr);
        assert!(message.contains("nothing was checked"), "{bad:?}: {message}");
    }
}
