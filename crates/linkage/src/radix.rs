//! Values put in order by counting: each pass looks at a few bits of their numbers, from the lowest on, and leaves what is equal in them as it stands.

/// Bits that one pass looks at, at most: its counts stay in the processor's first cache.
const PASS_BITS: u32 = 11;

/// Bits that numbers below `end` take.
pub(crate) fn bits_below(end: u64) -> u32 {
    u64::BITS - end.saturating_sub(1).leading_zeros()
}

/// Brings values in the order of their numbers, which take `bits` at most; those of one number stay in their order. `spare` is room to
/// work in, used again where there is any: fresh memory costs more than a pass.
pub(crate) fn put_in_order<T: Copy + Default>(
    values: &mut Vec<T>,
    spare: &mut Vec<T>,
    bits: u32,
    number: impl Fn(&T) -> u64,
) {
    let passes = bits.div_ceil(PASS_BITS);
    let pass_bits = bits.div_ceil(passes.max(1));
    let digit = |value: &T, pass: u32| (number(value) >> (pass * pass_bits)) as usize & ((1 << pass_bits) - 1);
    spare.resize(values.len(), T::default());
    let mut starts = vec![vec![0u32; 1 << pass_bits]; passes as usize];
    for value in &*values {
        for (pass, starts) in (0..).zip(&mut starts) {
            starts[digit(value, pass)] += 1;
        }
    }
    for (pass, starts) in (0..).zip(&mut starts) {
        let mut sum = 0;
        starts.iter_mut().for_each(|count| sum += std::mem::replace(count, sum));
        for value in &*values {
            let start = &mut starts[digit(value, pass)];
            spare[*start as usize] = *value;
            *start += 1;
        }
        std::mem::swap(values, spare);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_in_the_order_of_their_numbers_and_equals_stay_as_they_were() {
        for bits in [0, 1, 10, 11, 12, 23, 33, 64] {
            let number = |i: u32| crate::mix::mix(u64::from(i % 700)).checked_shr(64 - bits).unwrap_or(0);
            let mut values: Vec<(u64, u32)> = (0..3000).map(|i| (number(i), i)).collect();
            let mut expected = values.clone();
            expected.sort_by_key(|value| value.0);
            put_in_order(&mut values, &mut Vec::new(), bits, |value| value.0);
            assert_eq!(values, expected, "{bits}");
        }
        assert_eq!([0, 1, 2, 3, 1 << 20, (1 << 20) + 1].map(bits_below), [0, 0, 1, 2, 20, 21]);
    }
}
