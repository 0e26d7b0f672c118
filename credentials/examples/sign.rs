//! `sign IN.png OUT.png`: signs a picture with a certificate made for this run. For tests.

fn main() {
    let mut paths = std::env::args().skip(1);
    let (from, to) = (paths.next().expect("a picture"), paths.next().expect("where to write"));
    let signed = signed(std::fs::read(from).expect("the picture is read"));
    std::fs::write(to, signed).expect("it is written");
}

include!("signed.in");
