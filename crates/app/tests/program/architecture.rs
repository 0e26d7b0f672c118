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

    let metadata =
        cargo_metadata::MetadataCommand::new().manifest_path(format!("{root}/Cargo.toml")).no_deps().exec().unwrap();
    let members: BTreeSet<String> = metadata.packages.iter().map(|p| p.name.to_string()).collect();
    let seen: BTreeMap<String, BTreeSet<String>> = metadata
        .packages
        .iter()
        .map(|p| {
            let uses = p.dependencies.iter().filter(|d| members.contains(&d.name)).map(|d| d.name.clone());
            (p.name.to_string(), uses.collect())
        })
        .collect();
    assert_eq!(picture, seen);
    assert_eq!(picture.len(), 10);
}
