//! Publishes the small data set of the tests, to be looked at: `cargo run -p release --example publish_example -- DIR`.

#[path = "../tests/support/mod.rs"]
mod support;

fn main() {
    let Some(out) = std::env::args_os().nth(1) else {
        eprintln!("give the folder to publish into");
        std::process::exit(2);
    };
    let out = std::path::PathBuf::from(out);
    let proof = |index| Ok(format!("{{\"index\":{index}}}\n"));
    match release::publish(&support::dataset(), &release::Policy::default(), &out, &proof, &|step, done, all| {
        eprintln!("{step} {done}/{all}")
    }) {
        Ok(published) => println!("{published:?}"),
        Err(refused) => {
            eprintln!("{refused}");
            std::process::exit(1);
        }
    }
}
