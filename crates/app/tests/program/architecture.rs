//! The picture in ARCHITECTURE.md is the one that cargo sees.

use std::collections::{BTreeMap, BTreeSet};

#[test]
fn the_crates_use_one_another_as_the_picture_says() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let text = std::fs::read_to_string(format!("{root}/ARCHITECTURE.md")).unwrap();
    let list = text.split("<!-- crates -->").nth(1).unwrap().split("<!-- /crates -->").next().unwrap();
    let mut picture: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in list.lines().filter(|l| l.starts_with("- ")) {
        let mut names = line.split('`').skip(1).step_by(2).map(str::to_owned);
        picture.insert(names.next().unwrap(), names.collect());
    }

    let asked = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--manifest-path", &format!("{root}/Cargo.toml")])
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&asked.stdout).unwrap();
    let name = |value: &serde_json::Value| value["name"].as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap();
    let members: BTreeSet<String> = packages.iter().map(name).collect();
    let uses = |package: &serde_json::Value| {
        let uses = package["dependencies"].as_array().unwrap().iter().map(name);
        uses.filter(|other| members.contains(other)).collect()
    };
    let seen: BTreeMap<String, BTreeSet<String>> = packages.iter().map(|p| (name(p), uses(p))).collect();
    assert_eq!(picture, seen);
    assert_eq!(picture.len(), 10);
}
