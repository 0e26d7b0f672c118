//! From figures and records to counts, shares and estimates.
//!
//! Pure: values in, values out. This crate never opens a file, never reads a clock, never asks the network; chance
//! comes in as a seed. It never repairs what a source printed, and it answers "not estimable, because …" rather
//! than give a number that the data cannot bear.

pub mod citing;
pub mod figures;
pub mod guarded;
pub mod models;
pub mod plan;
pub mod replicates;
pub mod simulate;
pub mod strata;
pub mod suppress;
pub mod tally;
pub mod total;
