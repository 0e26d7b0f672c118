//! What is inside a plain border: letterbox bars and frames that a re-publisher put around a picture.

use crate::Picture;

/// By how much a channel (0 to 255) may differ within a border: compression leaves traces on plain bars.
const TOLERANCE: u8 = 20;
/// How many of a line's pixels, in hundredths, must be plain.
const PLAIN_SHARE: usize = 97;

/// The picture without its border; none when there is no border of at least 1/50 of a side, or when less than a quarter of
/// a side would remain (then the picture itself is plain).
pub fn inside_border(picture: &Picture) -> Option<Picture> {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let row = |y: usize| Line { picture, from: y * width, step: 1, len: width };
    let (top, bottom) = (plain(height, row), plain(height, |nth| row(height - 1 - nth)));
    if top + bottom >= height {
        return None;
    }
    let between = height - top - bottom;
    let column = |x: usize| Line { picture, from: top * width + x, step: width, len: between };
    let (left, right) = (plain(width, column), plain(width, |nth| column(width - 1 - nth)));
    let (inner_width, inner_height) = (width.saturating_sub(left + right), between);
    let thin = |cut: usize, side: usize| cut * 50 < side;
    if [top, bottom].iter().all(|c| thin(*c, height)) && [left, right].iter().all(|c| thin(*c, width)) {
        return None;
    }
    if inner_width * 4 < width || inner_height * 4 < height {
        return None;
    }
    let mut rgb = Vec::with_capacity(inner_width * inner_height * 3);
    for y in top..top + inner_height {
        let from = (y * width + left) * 3;
        rgb.extend_from_slice(&picture.rgb[from..from + inner_width * 3]);
    }
    Some(Picture { rgb, width: inner_width as u32, height: inner_height as u32 })
}

struct Line<'a> {
    picture: &'a Picture,
    from: usize,
    step: usize,
    len: usize,
}

impl Line<'_> {
    fn pixel(&self, nth: usize) -> [u8; 3] {
        let at = (self.from + nth * self.step) * 3;
        [self.picture.rgb[at], self.picture.rgb[at + 1], self.picture.rgb[at + 2]]
    }

    fn is_plain(&self, colour: [u8; 3]) -> bool {
        let like = |nth: &usize| self.pixel(*nth).iter().zip(colour).all(|(a, b)| a.abs_diff(b) <= TOLERANCE);
        let most = self.len - self.len * PLAIN_SHARE / 100;
        (0..self.len).filter(|nth| !like(nth)).take(most + 1).count() <= most
    }
}

/// How many lines from the edge are of the colour in the middle of the first.
fn plain<'a>(lines: usize, line: impl Fn(usize) -> Line<'a>) -> usize {
    if lines == 0 {
        return 0;
    }
    let first = line(0);
    if first.len == 0 {
        return 0;
    }
    let colour = first.pixel(first.len / 2);
    (0..lines).take_while(|nth| line(*nth).is_plain(colour)).count()
}
