//! Prints PDQ hashes a second, one thread, from pixels in memory: `pdq_speed SIDE SECONDS`.

use std::time::{Duration, Instant};

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|a| a.parse::<usize>().ok());
    let (side, seconds) = (arguments.next().unwrap_or(1024), arguments.next().unwrap_or(3));
    // Smooth waves with some noise, as a photograph has.
    let pixel = |at: usize| {
        let (x, y, c) = (at / 3 % side, at / 3 / side, at % 3);
        let wave = ((x * (c + 1)) as f32 / 97.0).sin() + (y as f32 / 61.0).cos();
        (wave * 50.0 + 128.0) as u8 ^ (at.wrapping_mul(2_654_435_761) >> 29) as u8 & 3
    };
    let rgb: Vec<u8> = (0..side * side * 3).map(pixel).collect();
    let (began, mut n, mut bits) = (Instant::now(), 0u32, 0u32);
    while began.elapsed() < Duration::from_secs(seconds as u64) {
        let Some(found) = media::spectrum(std::hint::black_box(&rgb), side, side) else { return };
        bits ^= found.hash().0[0] as u32;
        n += 1;
    }
    std::hint::black_box(bits);
    println!("{:.1}", f64::from(n) / began.elapsed().as_secs_f64());
}
