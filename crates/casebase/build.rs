//! A migration that is added must be compiled in, also when no Rust file changes.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
