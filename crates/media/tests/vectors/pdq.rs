use std::path::Path;

use domain::PdqHash;
use domain::media::Framing;
use media::{FrameReader, Picture, PixelLimits, Spectrum, decode, inside_border, matching_share, spectrum};
use sha2::{Digest, Sha256};

use crate::{json, shared};

fn picture(path: &Path) -> Picture {
    decode(&std::fs::read(path).unwrap(), PixelLimits::default()).unwrap().0
}

fn of(picture: &Picture) -> Spectrum {
    spectrum(&picture.rgb, picture.width as usize, picture.height as usize).unwrap()
}

fn hash(text: &serde_json::Value) -> PdqHash {
    PdqHash::from_hex(text.as_str().unwrap()).unwrap()
}

fn has_these_pixels(picture: &Picture, vector: &serde_json::Value) -> bool {
    data_encoding::HEXLOWER.encode(&Sha256::digest(&picture.rgb)) == vector["rgb_sha256"].as_str().unwrap()
}

#[test]
fn hashes_and_quality_are_the_references_bit_for_bit_in_all_eight_orientations() {
    let Some(dir) = shared("pdq") else { return };
    let vectors = json(dir.join("pdq_synthetic.json"));
    let (mut compared, mut turned) = (0, 0);
    for vector in vectors["vectors"].as_array().unwrap() {
        let name = vector["name"].as_str().unwrap();
        let picture = picture(&dir.join("img").join(format!("{name}.png")));
        assert!(has_these_pixels(&picture, vector), "{name}: other pixels");
        let found = of(&picture);
        assert_eq!(u64::from(found.quality), vector["quality"].as_u64().unwrap(), "quality of {name}");
        if found.quality < 50 {
            continue;
        }
        assert_eq!(found.hash(), hash(&vector["hash"]), "{name}");
        compared += 1;
        for (nth, ((_, ours), theirs)) in
            found.dihedral().into_iter().zip(vector["dihedral"].as_array().unwrap()).enumerate()
        {
            assert_eq!(ours, hash(theirs), "{name}, orientation {nth}");
            turned += 1;
        }
    }
    assert!(compared >= 8 && turned == compared * 8, "only {compared} were compared");
}

#[test]
fn other_versions_of_a_picture_are_as_far_apart_as_the_reference_says() {
    let Some(dir) = shared("pdq") else { return };
    let vectors = json(dir.join("pdq_synthetic.json"));
    let list = vectors.as_object().unwrap().values().filter_map(|v| v.as_array()).flatten();
    let mut compared = 0;
    for vector in list.filter(|v| v["name"].as_str().is_some_and(|n| n.starts_with("synth6_"))) {
        let name = vector["name"].as_str().unwrap();
        let found = of(&picture(&dir.join("img").join(format!("{name}.png"))));
        assert_eq!(found.hash(), hash(&vector["hash"]), "{name}");
        compared += 1;
    }
    println!("{compared} versions compared");
}

#[test]
fn photographs_decoded_by_another_reader_of_jpeg_are_within_ten_bits_and_the_same_pixels_are_exact() {
    let Some(dir) = shared("pdq") else { return };
    let vectors = json(dir.join("pdq_meta_images.json"));
    let mut exact = 0;
    let mut compared = 0;
    for vector in vectors["images"].as_array().unwrap() {
        let name = vector["name"].as_str().unwrap().rsplit('/').next().unwrap();
        let path = dir.join("img").join(name);
        if !path.exists() {
            continue;
        }
        let picture = picture(&path);
        let found = of(&picture);
        let distance = found.hash().distance(&hash(&vector["hash"]));
        if has_these_pixels(&picture, vector) {
            assert_eq!(distance, 0, "{name}");
            exact += 1;
        }
        println!("{name}: distance {distance}, quality {} ({})", found.quality, vector["quality"]);
        assert!(distance <= 12 || found.quality < 50, "{name}: {distance}");
        compared += 1;
    }
    println!("{compared} compared, {exact} of them of the same pixels");
    assert!(compared > 0);
}

#[test]
fn a_mirrored_and_a_letterboxed_picture_are_found_by_orientation_and_border() {
    let Some(dir) = shared("pdq") else { return };
    let image = |name: &str| picture(&dir.join("img").join(name));
    let original = of(&image("synth6.png"));
    let mirrored = of(&image("synth6_flip_lr.png")).hash();
    assert!(original.hash().distance(&mirrored) > 31);
    assert!(original.dihedral().iter().any(|(_, turned)| turned.distance(&mirrored) <= 31));
    let boxed = image("synth6_letterbox.png");
    assert!(original.hash().distance(&of(&boxed).hash()) > 31);
    let inside = inside_border(&boxed).unwrap();
    assert!(original.hash().distance(&of(&inside).hash()) <= 31);
    assert_eq!(inside_border(&image("synth6.png")), None);
}

#[test]
fn a_hash_alone_tells_nearly_what_the_turned_pictures_hash_would_be() {
    let Some(dir) = shared("pdq/img") else { return };
    let (mut wrong, mut photographs) = (Vec::new(), 0);
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let found = of(&picture(&path));
        if found.quality < media::PDQ_QUALITY {
            continue;
        }
        let exact = found.dihedral();
        let nearly = media::turned_hashes(&found.hash());
        let most = nearly.iter().zip(&exact[1..]).map(|(nearly, (_, exact))| nearly.distance(exact)).max().unwrap();
        wrong.push((most, path.file_name().unwrap().to_owned()));
        // Of a chequered board most coefficients are zero, which no sign moves: such pictures are not what is sought.
        if path.extension().is_some_and(|end| end == "jpg") {
            assert!(most <= media::PDQ_DISTANCE / 2, "{}: {most} bits off", path.display());
            photographs += 1;
        }
    }
    wrong.sort();
    println!("most bits off, by picture: {wrong:?}");
    assert!(photographs > 0);
}

#[test]
fn a_plain_picture_has_no_border_and_too_little_quality_to_be_found() {
    let plain = Picture { rgb: vec![7; 300 * 200 * 3], width: 300, height: 200 };
    assert_eq!(inside_border(&plain), None);
    assert_eq!(of(&plain).quality, 0);
    assert!(spectrum(&[], 0, 0).is_none() && spectrum(&[0; 5], 2, 1).is_none());
    assert!(spectrum(&[0; 3], usize::MAX, 2).is_none());
    assert!(spectrum(&[1, 2, 3], 1, 1).is_some());
}

#[test]
fn the_share_of_a_video_that_is_in_another_is_as_metas_rule_says() {
    let Some(dir) = shared("pdq/vpdq-sample-hashes") else { return };
    let frames = |name: &serde_json::Value| -> Vec<(PdqHash, u8)> {
        let text = std::fs::read_to_string(dir.join(name.as_str().unwrap())).unwrap();
        let frame = |line: &str| {
            let mut cells = line.split(',').skip(1);
            let quality = cells.next()?.parse().ok()?;
            Some((PdqHash::from_hex(cells.next()?)?, quality))
        };
        text.lines().filter_map(frame).collect()
    };
    let expected = json(dir.join("expected_matches.json"));
    for pair in expected["pairs"].as_array().unwrap() {
        let (a, b) = (frames(&pair["query"]), frames(&pair["compared"]));
        for (of, other, key) in [(&a, &b, "query_pct"), (&b, &a, "compared_pct")] {
            let percent = matching_share(of, other).unwrap() * 100.0;
            let wanted = pair[key].as_f64().unwrap();
            assert!((percent - wanted).abs() < 0.006, "{pair}: {percent}");
        }
    }
}

#[test]
fn frames_that_repeat_are_kept_once_and_a_cut_frame_is_left_out() {
    let frame = |shade: usize| -> Vec<u8> { (0..32 * 32 * 3).map(|at| (at * shade % 251) as u8).collect() };
    let stream = [frame(7), frame(7), frame(11), vec![0; 100]].concat();
    let (hashes, frames) = FrameReader::new(stream.as_slice(), 32, 32, 1000, 100).hashes(&mut |_| true).unwrap();
    let whole: Vec<u64> = hashes.iter().filter(|h| h.framing == Framing::Whole).map(|h| h.at_ms).collect();
    assert_eq!((whole, frames), (vec![0, 2000], 3));
}
