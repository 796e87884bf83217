//! Round trips, and what damage and other versions do.

use bigdecimal::BigDecimal;
use uuid::Uuid;

use super::*;

message! {
    /// What an old program knows.
    struct Old {
        /// One.
        1 => a: i64,
        /// Two.
        2 => b: Option<String>,
    }
}

message! {
    /// What a new program knows.
    struct New {
        /// One.
        1 => a: i64,
        /// Two.
        2 => b: Option<String>,
        /// Three.
        3 => c: BigDecimal,
        /// Four.
        4 => d: Vec<String>,
        /// Five.
        5 => e: Uuid,
        /// Six.
        6 => f: Vec<u8>,
        /// Seven.
        7 => g: Option<i32>,
        /// Eight.
        8 => h: bool,
    }
}

fn new() -> New {
    New {
        a: i64::MIN,
        b: Some(String::new()),
        c: "1.500".parse().unwrap(),
        d: vec![String::new(), "x".repeat(300)],
        e: Uuid::from_u128(u128::MAX),
        f: vec![0; 200],
        g: Some(0),
        h: true,
    }
}

#[test]
fn what_goes_in_comes_out() {
    let back: New = unseal(&seal(&new())).unwrap();
    assert_eq!(back, new());
    assert_eq!(back.c.as_bigint_and_scale().1, 3, "the scale stays");
    assert_eq!(unseal::<New>(&seal(&New::default())).unwrap(), New::default());
    assert_eq!(
        seal(&New { c: BigDecimal::default(), ..New::default() }).len(),
        2 + 2 + 4,
        "absent fields take nothing"
    );
}

#[test]
fn old_and_new_programs_read_each_other() {
    let old: Old = unseal(&seal(&new())).unwrap();
    assert_eq!(old, Old { a: i64::MIN, b: Some(String::new()) });
    let read: New = unseal(&seal(&old)).unwrap();
    assert_eq!((read.a, read.b, read.d.len()), (i64::MIN, Some(String::new()), 0));
}

#[test]
fn every_flipped_bit_and_every_cut_is_found() {
    let sealed = seal(&new());
    for bit in 0..sealed.len() * 8 {
        let mut damaged = sealed.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(unseal::<New>(&damaged).unwrap_err(), DecodeError::Checksum, "bit {bit}");
    }
    for length in 0..sealed.len() {
        let expected = if length < 4 { DecodeError::Truncated } else { DecodeError::Checksum };
        assert_eq!(unseal::<New>(&sealed[..length]).unwrap_err(), expected, "cut at {length}");
    }
}
