//! Fixed-size numbers and UUIDs as unsigned integers in the order of their values, and varints.
//!
//! Every mapping is its own inverse or has one, so that keys give back the bytes they were made of.

use std::cmp::Ordering;

use crate::codec::minimal;

const SIGNED_BYTES: u64 = 0x8080_8080_8080_8080;

/// Two's complement integers of one size.
pub(super) fn compare_signed(left: &[u8], right: &[u8]) -> Ordering {
    match (left.split_first(), right.split_first()) {
        (Some((l, left)), Some((r, right))) => l.cast_signed().cmp(&r.cast_signed()).then_with(|| left.cmp(right)),
        (l, r) => l.is_some().cmp(&r.is_some()),
    }
}

/// Integers of any size: by sign, then by length without padding, then by bytes.
pub(super) fn compare_varint(left: &[u8], right: &[u8]) -> Ordering {
    let (left, right) = (minimal(left), minimal(right));
    let negative = |bytes: &[u8]| bytes.first().is_some_and(|byte| *byte >= 0x80);
    match (negative(left), negative(right)) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (true, true) => right.len().cmp(&left.len()).then_with(|| left.cmp(right)),
        (false, false) => left.len().cmp(&right.len()).then_with(|| left.cmp(right)),
    }
}

/// Order of `uuid` (`UUIDType.java`): version, then time for version 1 and unsigned bytes for the others.
pub(super) fn uuid_key(bytes: &[u8]) -> u128 {
    let (high, low) = halves(bytes);
    join(uuid_high(high), low)
}

/// The inverse of `uuid_key`.
pub(super) fn uuid_of_key(key: u128) -> [u8; 16] {
    let (high, low) = split(key);
    let version = high >> 60;
    let high = if version == 1 {
        time_low_first(high)
    } else {
        ((high << 4) & 0xffff_ffff_ffff_0000) | (version << 12) | (high & 0x0fff)
    };
    join(high, low).to_be_bytes()
}

/// Order of `timeuuid` (`AbstractTimeUUIDType.java`): time, then the other bytes as signed ones.
pub(super) fn timeuuid_key(bytes: &[u8]) -> u128 {
    let (high, low) = halves(bytes);
    join(time_high_first(high), low ^ SIGNED_BYTES)
}

/// The inverse of `timeuuid_key`.
pub(super) fn timeuuid_of_key(key: u128) -> [u8; 16] {
    let (high, low) = split(key);
    join(time_low_first(high), low ^ SIGNED_BYTES).to_be_bytes()
}

/// Order of `float` as Java's `Float.compare`: −0.0 before 0.0, every NaN equal and last.
pub(super) fn float_key(bytes: &[u8]) -> u32 {
    let bits = <[u8; 4]>::try_from(bytes).map_or(0, u32::from_be_bytes);
    let bits = if f32::from_bits(bits).is_nan() { 0x7fc0_0000 } else { bits };
    if bits >> 31 == 1 { !bits } else { bits | 1 << 31 }
}

/// The inverse of `float_key`, up to NaN.
pub(super) fn float_of_key(key: u32) -> [u8; 4] {
    (if key >> 31 == 1 { key & !(1 << 31) } else { !key }).to_be_bytes()
}

/// Order of `double` as Java's `Double.compare`.
pub(super) fn double_key(bytes: &[u8]) -> u64 {
    let bits = <[u8; 8]>::try_from(bytes).map_or(0, u64::from_be_bytes);
    let bits = if f64::from_bits(bits).is_nan() { 0x7ff8_0000_0000_0000 } else { bits };
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// The inverse of `double_key`, up to NaN.
pub(super) fn double_of_key(key: u64) -> [u8; 8] {
    (if key >> 63 == 1 { key & !(1 << 63) } else { !key }).to_be_bytes()
}

fn uuid_high(high: u64) -> u64 {
    let version = (high >> 12) & 0xf;
    if version == 1 {
        time_high_first(high)
    } else {
        (version << 60) | ((high >> 4) & 0x0fff_ffff_ffff_f000) | (high & 0x0fff)
    }
}

/// `time_low ‖ time_mid ‖ version, time_high` turned about, most significant part first.
fn time_high_first(high: u64) -> u64 {
    (high << 48) | ((high << 16) & 0xffff_0000_0000) | (high >> 32)
}

fn time_low_first(high: u64) -> u64 {
    (high << 32) | ((high >> 16) & 0xffff_0000) | (high >> 48)
}

fn halves(bytes: &[u8]) -> (u64, u64) {
    split(<[u8; 16]>::try_from(bytes).map_or(0, u128::from_be_bytes))
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
fn split(value: u128) -> (u64, u64) {
    ((value >> 64) as u64, value as u64)
}

fn join(high: u64, low: u64) -> u128 {
    (u128::from(high) << 64) | u128::from(low)
}
