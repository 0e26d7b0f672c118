//! Photographs and videos: taken in, found again by their copies, in the order in which they came.

use std::path::PathBuf;
use std::process::Command;

use crate::support::{Site, command, root, text};

fn image(name: &str) -> Option<String> {
    let path = root().join("../shared/evidence/vectors/pdq/img").join(name);
    if path.is_file() {
        return Some(path.to_str().unwrap().to_owned());
    }
    println!("not run: the pictures are not here");
    None
}

fn near(site: &Site, file: &str) -> Vec<(String, String)> {
    let (out, _) = site.ok(&["near", file, "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    let text = |line: &serde_json::Value, key: &str| line[key].as_str().unwrap().to_owned();
    answer["near"].as_array().unwrap().iter().map(|line| (text(line, "file_name"), text(line, "how"))).collect()
}

/// Imports at a time of its own, so that the order in which things came can be told.
fn import_at(site: &Site, time: u64, source: &str, file: &str) {
    let workspace = site.path("workspace");
    let output = command(&["--workspace", workspace.to_str().unwrap(), "import", "--source", source, file])
        .env("SOURCE_DATE_EPOCH", time.to_string())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn a_picture_finds_its_copies_turned_mirrored_and_letterboxed_and_nothing_else() {
    let Some(original) = image("synth6.png") else { return };
    let site = Site::sqlite();
    for name in ["synth6.png", "synth5.png", "synth7.png", "aaa-orig.jpg", "synth6_jpeg_q30.png", "black64.png"] {
        site.ok(&["import", "--source", "giver", &image(name).unwrap()]);
    }
    let names = |found: Vec<(String, String)>| found.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(near(&site, &original)), ["synth6.png", "synth6_jpeg_q30.png"]);
    for (copy, how) in
        [("synth6_flip_lr.png", "turned"), ("synth6_letterbox.png", "inside_border"), ("synth6_grey.png", "whole")]
    {
        let found = near(&site, &image(copy).unwrap());
        assert!(found.contains(&("synth6.png".to_owned(), how.to_owned())), "{copy}: {found:?}");
    }
    let refused = site.run(&["near", &image("white64.png").unwrap()]);
    assert!(text(&refused.stderr).contains("too little"), "{}", text(&refused.stderr));
    assert_eq!(refused.status.code(), Some(2));
    // The view is the journal's.
    let before = site.status();
    site.ok(&["rebuild"]);
    assert_eq!(before, site.status());
}

#[test]
fn who_published_first_and_who_takes_from_whom_is_told() {
    let Some(original) = image("synth6.png") else { return };
    let site = Site::sqlite();
    let sources = site.write(
        "sources.toml",
        br#"[[source]]
id = "monitor"
kind = "organisation"
invented = true
[source.names]
en = "Invented monitor"
[[source]]
id = "channel"
kind = "outlet"
invented = true
derives_from = ["monitor"]
[source.names]
en = "Invented channel"
"#,
    );
    let output = site.run(&["import", &sources]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    import_at(&site, 1_600_000_000, "monitor", &original);
    import_at(&site, 1_700_000_000, "channel", &image("synth6_jpeg_q30.png").unwrap());
    import_at(&site, 1_800_000_000, "channel", &image("synth5.png").unwrap());
    let workspace = site.path("workspace");
    let near = |arguments: &[&str]| {
        let mut command = command(&["--workspace", workspace.to_str().unwrap(), "near"]);
        let output = command.args(arguments).env("SOURCE_DATE_EPOCH", "1800000001").output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let out = near(&["--origin", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    let sets = answer["sets"].as_array().unwrap();
    assert_eq!(sets.len(), 1, "{out}");
    assert_eq!(sets[0][0]["source"], "monitor");
    assert_eq!(sets[0][1]["source"], "channel");
    assert_eq!(sets[0][1]["derives_from_first"], true);
    let shown = near(&["--origin"]);
    assert!(shown.contains("takes from the first"), "{shown}");
    // Of what was shown, and of nothing else, the chain of custody says that it was looked at: once a day.
    let out = near(&[&original, "--json"]);
    assert_eq!(site.rows("custody"), 1, "{out}");
    let looks = |id: &str| {
        let chain: serde_json::Value = serde_json::from_str(&site.ok(&["custody", id, "--json"]).0).unwrap();
        chain["steps"].as_array().unwrap().iter().filter(|step| step["what"] == "looked_at").count()
    };
    assert_eq!(looks(sets[0][0]["accession"].as_str().unwrap()), 1);
    assert_eq!(looks(sets[0][1]["accession"].as_str().unwrap()), 1);
    let found = near(&[&image("synth5.png").unwrap(), "--json"]);
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    assert_eq!(looks(found["near"][0]["accession"].as_str().unwrap()), 1);
    assert_eq!(site.rows("custody"), 2);
}

#[test]
fn a_stated_time_of_publication_goes_before_the_time_received() {
    let (Some(original), Some(copy)) = (image("synth6.png"), image("synth6_jpeg_q30.png")) else { return };
    let site = Site::sqlite();
    import_at(&site, 1_500_000_000, "early-receiver", &original);
    site.ok(&["import", "--source", "publisher", "--published", "2013-08-21T02:45:00+03:00", &copy]);
    let (out, _) = site.ok(&["near", "--origin", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    let set = &answer["sets"][0];
    assert_eq!((&set[0]["source"], &set[0]["by"]), (&"publisher".into(), &"published".into()), "{out}");
    assert_eq!((&set[1]["source"], &set[1]["by"]), (&"early-receiver".into(), &"received".into()), "{out}");
    assert_eq!(set[0]["published_at"], 1_377_042_300);
    let (shown, _) = site.ok(&["near", "--origin"]);
    assert!(shown.contains("published 2013-08-20T23:45:00Z (stated)"), "{shown}");
    assert!(shown.contains("no time of publication stated"), "{shown}");
    let refused = site.run(&["import", "--source", "x", "--published", "yesterday", &copy]);
    assert!(text(&refused.stderr).contains("neither a date"), "{}", text(&refused.stderr));
}

#[test]
fn a_day_without_an_hour_is_the_whole_day_and_what_overlaps_is_not_called_first() {
    let (Some(original), Some(copy)) = (image("synth6.png"), image("synth6_jpeg_q30.png")) else { return };
    let origin = |day_of_the_original: &str| {
        let site = Site::sqlite();
        site.ok(&["import", "--source", "one", "--published", day_of_the_original, &original]);
        site.ok(&["import", "--source", "two", "--published", "2013-08-21T12:00:00+03:00", &copy]);
        let answer: serde_json::Value = serde_json::from_str(&site.ok(&["near", "--origin", "--json"]).0).unwrap();
        let how = |nth: usize| answer["sets"][0][nth]["how"].as_str().unwrap().to_owned();
        (how(0), how(1), site.ok(&["near", "--origin"]).0)
    };
    let (first, second, shown) = origin("2013-08-21");
    assert_eq!((first.as_str(), second.as_str()), ("perhaps_first", "perhaps_first"), "{shown}");
    assert!(shown.contains("cannot be told which of these 2") && shown.contains("published on 2013-08-21"), "{shown}");
    let (first, second, shown) = origin("2013-08-20");
    assert_eq!((first.as_str(), second.as_str()), ("first", "copy"), "{shown}");
    assert!(!shown.contains("cannot be told"), "{shown}");
}

#[test]
fn what_is_said_to_be_published_in_the_future_is_not_taken_in() {
    let site = Site::sqlite();
    let picture = root().join("fuzz/corpus/picture/synth0.png");
    let refused = site.run(&["import", "--source", "x", "--published", "2999-01-01", picture.to_str().unwrap()]);
    let said = text(&refused.stderr);
    assert!(refused.status.code() == Some(2) && said.contains("still to come; nothing was imported"), "{said}");
    assert_eq!(site.rows("media"), 0);
}

#[test]
fn turned_and_mirrored_copies_stand_in_one_set_with_the_first() {
    let (Some(original), Some(mirrored)) = (image("synth6.png"), image("synth6_flip_lr.png")) else { return };
    let site = Site::sqlite();
    import_at(&site, 1_500_000_000, "one", &original);
    import_at(&site, 1_500_000_100, "two", &mirrored);
    import_at(&site, 1_500_000_200, "three", &image("synth5.png").unwrap());
    let (out, _) = site.ok(&["near", "--origin", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["sets"].as_array().unwrap().len(), 1, "{out}");
    let told: Vec<_> =
        answer["sets"][0].as_array().unwrap().iter().map(|line| (&line["source"], &line["how"])).collect();
    assert_eq!(told, [(&"one".into(), &"first".into()), (&"two".into(), &"turned".into())], "{out}");
}

#[test]
fn the_thumbnail_is_marked_as_derived_and_points_back() {
    let Some(photo) = image("aaa-orig.jpg") else { return };
    let site = Site::sqlite();
    let (_, said) = site.ok(&["import", "--source", "giver", &photo]);
    let id = said.split("taken in as ").nth(1).unwrap().split(',').next().unwrap().to_owned();
    let (out, _) = site.ok(&["media", &id, "--json"]);
    let shown: serde_json::Value = serde_json::from_str(&out).unwrap();
    let copy = &shown["media"]["derived"][0];
    assert_eq!((copy["purpose"].as_str(), copy["width"].as_u64()), (Some("thumbnail"), Some(512)));
    let digest = copy["sha256"].as_str().unwrap();
    let bytes = std::fs::read(site.path("workspace/originals").join(&digest[..2]).join(&digest[2..])).unwrap();
    assert!(bytes.starts_with(b"\xFF\xD8\xFF"));
    let original = site.path("again.jpg");
    site.ok(&["media", &id, "--original", original.to_str().unwrap()]);
    assert_eq!(std::fs::read(original).unwrap(), std::fs::read(&photo).unwrap());
    // Looks are recorded, once a day for the same extent.
    let looks = || {
        let chain: serde_json::Value = serde_json::from_str(&site.ok(&["custody", &id, "--json"]).0).unwrap();
        let steps = chain["steps"].as_array().unwrap().clone();
        let looks = steps.into_iter().filter(|step| step["what"] == "looked_at");
        looks.map(|step| step["detail"].as_str().unwrap().replace(&id, "")).collect::<Vec<_>>()
    };
    assert_eq!(looks(), [" what it is"]);
    site.ok(&["media", &id]);
    site.ok(&["media", &id, "--vault"]);
    assert_eq!(looks(), [" what it is", " what it is and its vault"]);
    let workspace = site.path("workspace");
    let next_day = command(&["--workspace", workspace.to_str().unwrap(), "media", &id])
        .env("SOURCE_DATE_EPOCH", (1_555_545_600 + 86_400).to_string())
        .output()
        .unwrap();
    assert!(next_day.status.success());
    assert_eq!(looks().len(), 3);
    let (_, again) = site.ok(&["import", "--source", "giver", &photo]);
    assert!(again.contains("already imported"), "{again}");
    assert_eq!(site.rows("media"), 1);
}

/// A video of an invented pattern, made here; none where ffmpeg is not.
fn video(site: &Site, name: &str, filter: &str) -> Option<PathBuf> {
    let path = site.path(name);
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "mandelbrot=size=320x240:rate=5", "-t", "8", "-vf", filter])
        .args(["-metadata", "location=+33.5130+036.2920/", "-metadata", "creation_time=2013-08-21T02:45:00Z"])
        .args(["-c:v", "mpeg4", "-q:v", "3"])
        .arg(&path)
        .status();
    match made {
        Ok(status) if status.success() => Some(path),
        _ => {
            println!("not run: ffmpeg is not here");
            None
        }
    }
}

#[test]
fn a_video_is_found_by_its_letterboxed_copy_and_its_place_is_in_the_vault() {
    let site = Site::sqlite();
    let Some(original) = video(&site, "a.mp4", "null") else { return };
    let copy = video(&site, "b.mp4", "scale=200:150,pad=200:210:0:30").unwrap();
    let other = video(&site, "c.mp4", "hflip,vflip,negate").unwrap();
    let (_, said) = site.ok(&["import", "--source", "giver", original.to_str().unwrap()]);
    assert!(said.contains("video/mp4") && said.contains("8.0 s"), "{said}");
    let id = said.split("taken in as ").nth(1).unwrap().split(',').next().unwrap();
    let (shown, _) = site.ok(&["media", id]);
    assert!(shown.contains("2013-08-21T02:45:00Z") && !shown.contains("33.51"), "{shown}");
    let (vault, _) = site.ok(&["media", id, "--vault"]);
    assert!(vault.contains("position = 33.51") && vault.contains(" 36.29"), "{vault}");
    assert_eq!(near(&site, copy.to_str().unwrap()).first().map(|(name, _)| name.as_str()), Some("a.mp4"));
    println!("other: {:?}", near(&site, other.to_str().unwrap()));
    let mirrored = video(&site, "d.mp4", "hflip").unwrap();
    assert_eq!(near(&site, mirrored.to_str().unwrap()).first().map(|(name, _)| name.as_str()), Some("a.mp4"));
    // A copy that comes after the withdrawal is told, and one that stays is told with it.
    site.ok(&["import", "--source", "giver", copy.to_str().unwrap()]);
    let why = ["--reason", "asked", "--authority", "the family"];
    let (out, err) = site.ok(&[&["redact", id, "--original"][..], &why].concat());
    let said = out + &err;
    assert!(said.contains("looks the same") && said.contains("stays: redact --original"), "{said}");
    let (_, said) = site.ok(&["import", "--source", "giver", mirrored.to_str().unwrap()]);
    assert!(said.contains("which was withdrawn"), "{said}");
    let (lines, _) = site.ok(&["near", mirrored.to_str().unwrap()]);
    assert!(lines.lines().any(|line| line.contains("a.mp4") && line.contains("withdrawn since")), "{lines}");
}

#[test]
fn what_an_iphone_writes_of_place_and_device_is_in_the_vault_and_no_time() {
    let site = Site::sqlite();
    let path = site.path("a.mov");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "mandelbrot=size=160x120:rate=2", "-t", "2", "-c:v", "mpeg4"])
        .args(["-movflags", "use_metadata_tags"])
        .args(["-metadata", "com.apple.quicktime.location.ISO6709=+36.2021+037.1343/"])
        .args(["-metadata", "com.apple.quicktime.author=Invented Canaryauthor"])
        .args(["-metadata", "com.apple.quicktime.creationdate=2019-03-01T10:00:00+0200"])
        .arg(&path)
        .status();
    if !made.is_ok_and(|status| status.success()) {
        println!("not run: ffmpeg is not here");
        return;
    }
    let (_, said) = site.ok(&["import", "--source", "giver", path.to_str().unwrap()]);
    let id = said.split("taken in as ").nth(1).unwrap().split(',').next().unwrap();
    let (shown, _) = site.ok(&["media", id]);
    assert!(shown.contains("2019-03-01T10:00:00+0200") && !shown.contains("36.2021"), "{shown}");
    assert!(!shown.contains("Canaryauthor"), "{shown}");
    let (vault, _) = site.ok(&["media", id, "--vault"]);
    assert!(vault.contains("36.2021") && vault.contains("Canaryauthor"), "{vault}");
}

#[test]
fn a_video_that_is_no_video_is_kept_and_the_reason_is_told() {
    let site = Site::sqlite();
    let file = site.write("x.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08moov");
    let (_, said) = site.ok(&["import", "--source", "giver", &file]);
    assert!(said.contains("frames were not hashed"), "{said}");
    assert_eq!(site.rows("media"), 1);
}

/// A small invented picture, signed with a certificate made for this run, where what signs it was built.
fn signed_picture(site: &Site) -> Option<Vec<u8>> {
    let sign = std::path::Path::new(env!("CARGO_BIN_EXE_tawthiq")).parent().unwrap().join("examples/sign");
    if !sign.is_file() {
        println!("not run: content credentials: scripts/credentials was not run");
        return None;
    }
    let (plain, signed) = (root().join("fuzz/corpus/picture/synth0.png"), site.path("to-sign.png"));
    assert!(Command::new(sign).arg(plain).arg(&signed).status().unwrap().success());
    Some(std::fs::read(signed).unwrap())
}

#[test]
fn the_manifest_of_a_signed_picture_is_validated_in_the_child_and_shown_and_is_in_no_copy() {
    let site = Site::sqlite();
    let Some(signed) = signed_picture(&site) else { return };
    let mut changed = signed.clone();
    // In the pixels, before the end marker.
    let at = changed.len() - 40;
    changed[at] ^= 1;
    for (name, bytes, words) in [
        ("signed.png", &signed, "a C2PA manifest, which holds"),
        ("changed.png", &changed, "a C2PA manifest, which does not hold"),
    ] {
        let (_, said) = site.ok(&["import", "--source", "giver", &site.write(name, bytes)]);
        assert!(said.contains(words), "{said}");
        let id = said.split("taken in as ").nth(1).unwrap().split(',').next().unwrap().to_owned();
        let (plain, _) = site.ok(&["media", &id]);
        assert!(plain.contains(words) && !plain.contains("invented camera"), "{plain}");
        let (vault, _) = site.ok(&["media", &id, "--vault"]);
        assert!(vault.contains("c2pa:title = an invented picture"), "{vault}");
        assert!(vault.contains("c2pa:digital source = ") && vault.contains("trainedAlgorithmicMedia"), "{vault}");
        let copy = site.path(&format!("{name}.jpg"));
        if name == "signed.png" {
            site.ok(&["media", &id, "--copy", copy.to_str().unwrap()]);
            assert!(!std::fs::read(&copy).unwrap().windows(4).any(|part| part == b"c2pa"));
        }
    }
}
