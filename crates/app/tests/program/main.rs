//! The program as its users run it: the binary, real files, both databases.

mod architecture;
mod claim;
mod importing;
mod outsiders;
mod places;
mod releasing;
mod support;
mod withdrawing;
