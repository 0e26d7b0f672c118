//! The program as its users run it: the binary, real files, both databases.

mod architecture;
mod claim;
mod estimating;
mod hostile;
mod importing;
mod media;
mod outsiders;
mod places;
mod releasing;
mod reviewing;
mod reports;
mod support;
mod withdrawing;
