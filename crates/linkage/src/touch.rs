//! Reads ahead: what is asked here all at once comes from memory side by side, where each would be waited for when it is needed.
//! Changes nothing but the speed.

/// Reads all the values.
#[inline]
pub(crate) fn touch(values: impl Iterator<Item = u32>) {
    std::hint::black_box(values.fold(0, |all, value| all ^ value));
}
