//! Decimals by value: equal numbers have one key, whatever scale they were written with.
//!
//! A number other than zero is `±0.d₁d₂d₃… × 10^e` with `d₁ ≠ 0`. Its key is a head byte that
//! tells the sign and, where it is small, `e`; else `e` in eight bytes; then two digits a byte,
//! plus one, and a zero. The key of a negative number is the complement of that of its opposite.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};

use super::number;
use super::reader::{OrderError, Reader};
use crate::codec::minimal;

/// Head of an empty value.
const EMPTY: u8 = 0x00;
/// Head of zero; negative numbers are below it, positive ones above.
const ZERO: u8 = 0x80;
/// Head of a positive number whose exponent is below `LEAST`.
const TINY: u8 = 0x81;
/// Head of a positive number whose exponent is `LEAST`.
const SMALL: u8 = 0x88;
/// Least exponent that the head tells.
const LEAST: i64 = -32;
/// Greatest exponent that the head tells.
const GREATEST: i64 = 80;
/// Head of a positive number whose exponent is above `GREATEST`.
const HUGE: u8 = 0xfa;
/// An exponent's sign bit, flipped so that exponents order as unsigned numbers.
const BIAS: u64 = 1 << 63;
/// Trailing zeros that are written out rather than kept as a negative scale when a key is decoded.
const WRITTEN_ZEROS: u32 = 30;

/// Compares two non-empty values.
pub(super) fn compare(left: &[u8], right: &[u8]) -> Ordering {
    match (left.split_first_chunk::<4>(), right.split_first_chunk::<4>()) {
        (Some((l, left)), Some((r, right))) if l == r => number::compare_varint(left, right),
        _ => {
            let (mut l, mut r) = (Vec::with_capacity(32), Vec::with_capacity(32));
            encode(left, &mut l);
            encode(right, &mut r);
            l.cmp(&r)
        }
    }
}

/// Appends the key of a value, in ascending order.
pub(super) fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    let Some((scale, unscaled)) = bytes.split_first_chunk::<4>() else {
        out.push(EMPTY);
        return;
    };
    let scale = i64::from(i32::from_be_bytes(*scale));
    let unscaled = minimal(unscaled);
    if unscaled.len() > 16 {
        let (sign, digits) = BigInt::from_signed_bytes_be(unscaled).to_radix_be(10);
        return encode_digits(sign == Sign::Minus, &digits, scale, out);
    }
    let mut wide = if unscaled.first().is_some_and(|byte| *byte >= 0x80) { [0xff; 16] } else { [0; 16] };
    wide[16 - unscaled.len()..].copy_from_slice(unscaled);
    let value = i128::from_be_bytes(wide);
    let mut digits = [0; 40];
    let mut start = digits.len();
    let mut left = value.unsigned_abs();
    while left > u128::from(u64::MAX) {
        start -= 1;
        digits[start] = digit(left % 10);
        left /= 10;
    }
    let mut left = u64::try_from(left).unwrap_or(0);
    while left > 0 {
        start -= 1;
        digits[start] = digit((left % 10).into());
        left /= 10;
    }
    encode_digits(value < 0, &digits[start..], scale, out);
}

/// Reads a key back as a value of the same number: without trailing zeros after the point.
pub(super) fn decode(reader: &mut Reader<'_, '_>) -> Result<Vec<u8>, OrderError> {
    let head = reader.byte()?;
    match head {
        EMPTY => return Ok(Vec::new()),
        ZERO => return Ok(vec![0; 5]),
        _ => {}
    }
    let mask = if head < ZERO { 0xff } else { 0 };
    let exponent = match head ^ mask {
        TINY | HUGE => {
            let bytes = reader.array::<8>()?.map(|byte| byte ^ mask);
            (u64::from_be_bytes(bytes) ^ BIAS).cast_signed()
        }
        head => i64::from(head) - i64::from(SMALL) + LEAST,
    };
    let mut digits = Vec::with_capacity(24);
    loop {
        match reader.byte()? ^ mask {
            0 => break,
            pair @ 1..=100 => digits.extend([(pair - 1) / 10, (pair - 1) % 10]),
            _ => return Err(OrderError::Damaged),
        }
    }
    while digits.last() == Some(&0) {
        digits.pop();
    }
    value(mask != 0, digits, exponent).ok_or(OrderError::Damaged)
}

fn value(negative: bool, mut digits: Vec<u8>, exponent: i64) -> Option<Vec<u8>> {
    let mut scale = i64::try_from(digits.len()).ok()?.checked_sub(exponent)?;
    if (-i64::from(WRITTEN_ZEROS)..0).contains(&scale) {
        digits.resize(digits.len() + usize::try_from(-scale).ok()?, 0);
        scale = 0;
    }
    // A number near the edge of the scale's range may have been written with more zeros.
    while scale < i64::from(i32::MIN) {
        digits.push(0);
        scale += 1;
    }
    let mut out = i32::try_from(scale).ok()?.to_be_bytes().to_vec();
    // 38 digits fit an i128, which spares nearly every number the detour over big integers.
    if digits.len() <= 38 {
        let magnitude = digits.iter().fold(0_i128, |value, digit| value * 10 + i128::from(*digit));
        let value = if negative { -magnitude } else { magnitude };
        out.extend_from_slice(minimal(&value.to_be_bytes()));
    } else {
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        out.extend_from_slice(&BigInt::from_radix_be(sign, &digits, 10)?.to_signed_bytes_be());
    }
    Some(out)
}

/// `digits` are most significant first, without leading zeros; none at all is zero.
fn encode_digits(negative: bool, digits: &[u8], scale: i64, out: &mut Vec<u8>) {
    let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let significant = digits.iter().rposition(|digit| *digit != 0).map_or(0, |last| last + 1);
    if significant == 0 {
        out.push(ZERO);
        return;
    }
    let exponent = length.saturating_sub(scale);
    let start = out.len();
    match u8::try_from(exponent - LEAST) {
        Ok(above) if exponent <= GREATEST => out.push(SMALL + above),
        _ => {
            out.push(if exponent < LEAST { TINY } else { HUGE });
            out.extend_from_slice(&(exponent.cast_unsigned() ^ BIAS).to_be_bytes());
        }
    }
    out.extend(digits[..significant].chunks(2).map(|pair| match pair {
        [tens, ones] => tens * 10 + ones + 1,
        [tens] => tens * 10 + 1,
        _ => 1,
    }));
    out.push(0);
    if negative {
        super::component::complement(&mut out[start..]);
    }
}

fn digit(value: u128) -> u8 {
    u8::try_from(value).unwrap_or(0)
}
