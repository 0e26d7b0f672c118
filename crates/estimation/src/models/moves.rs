//! Classes change places on the stick (Papaspiliopoulos and Roberts 2008). Both steps leave the posterior as it is; Geweke's test holds
//! them to that.

use rand::RngExt;

use super::draws::exponential;
use super::gibbs::Chain;

impl Chain {
    pub(super) fn exchange(&mut self, a: usize, b: usize) {
        for list in 0..self.lists {
            let row = list * self.classes;
            self.on.swap(row + a, row + b);
            self.off.swap(row + a, row + b);
            self.on_list.swap(row + a, row + b);
        }
        self.in_class.swap(a, b);
        self.unseen.swap(a, b);
    }

    /// Two classes change places, the weights staying where they are.
    pub(super) fn swap_labels(&mut self) {
        let (a, b) = (self.rng.random_range(0..self.classes), self.rng.random_range(0..self.classes));
        let apart = self.members(a) - self.members(b);
        if a == b || self.nu[a] == 0.0 || self.nu[b] == 0.0 {
            return;
        }
        if apart == 0.0 || -exponential(&mut self.rng) < apart * (self.nu[b] / self.nu[a]).ln() {
            self.exchange(a, b);
        }
    }

    /// Two neighbours change places and take their part of the stick with them.
    pub(super) fn swap_neighbours(&mut self) {
        if self.classes < 3 {
            return;
        }
        let class = self.rng.random_range(0..self.classes - 2);
        let (whole, first, second) = (self.rest[class], self.rest[class + 1], self.rest[class + 2]);
        // Too short a rest of the stick has lost its digits.
        if second < 1e-200 {
            return;
        }
        let (left_first, left_second) = (first / whole, second / first);
        let log_accept = self.members(class) * left_second.ln() - self.members(class + 1) * left_first.ln();
        if -exponential(&mut self.rng) < log_accept {
            self.nu[class] = whole * (1.0 - left_second);
            self.nu[class + 1] = whole * left_second * (1.0 - left_first);
            self.stick.swap(class, class + 1);
            self.exchange(class, class + 1);
            self.add_up_rests();
        }
    }
}
