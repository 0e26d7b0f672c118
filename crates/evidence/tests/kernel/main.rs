//! The kernel against golden vectors, crashes, flipped bytes and libraries that we did not write.

mod bundles;
mod crashes;
mod faults;
mod faulty_disk;
mod hardening;
mod originals;
mod releases;
mod support;
mod vectors;
mod withdrawal;
mod witnesses;
