#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tawthiq_fuzz::feed(bytes));
