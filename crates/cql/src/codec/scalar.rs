//! Scalars read from and written to their serialised form.
//!
//! Readers take bytes that were validated and answer `None` for an empty value, which Cassandra
//! allows for most scalars and reads as null; bytes of the wrong size also read as `None`, so a
//! reader never panics. Fixed-size scalars need no writer: they are `to_be_bytes`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bigdecimal::BigDecimal;
use num_bigint::BigInt;
use uuid::Uuid;

use super::vint;

/// A `duration`: three counts that do not convert into each other, all of one sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Duration {
    /// Calendar months.
    pub months: i32,
    /// Calendar days.
    pub days: i32,
    /// Nanoseconds within days.
    pub nanoseconds: i64,
}

/// `tinyint`.
pub fn tinyint(bytes: &[u8]) -> Option<i8> {
    Some(i8::from_be_bytes(bytes.try_into().ok()?))
}

/// `smallint`.
pub fn smallint(bytes: &[u8]) -> Option<i16> {
    Some(i16::from_be_bytes(bytes.try_into().ok()?))
}

/// `int`; also the raw form of `date`.
pub fn int(bytes: &[u8]) -> Option<i32> {
    Some(i32::from_be_bytes(bytes.try_into().ok()?))
}

/// `bigint`, `counter`, `timestamp` (milliseconds since 1970) or `time` (nanoseconds since midnight).
pub fn bigint(bytes: &[u8]) -> Option<i64> {
    Some(i64::from_be_bytes(bytes.try_into().ok()?))
}

/// `float`.
pub fn float(bytes: &[u8]) -> Option<f32> {
    Some(f32::from_be_bytes(bytes.try_into().ok()?))
}

/// `double`.
pub fn double(bytes: &[u8]) -> Option<f64> {
    Some(f64::from_be_bytes(bytes.try_into().ok()?))
}

/// `boolean`: anything but zero is true.
pub fn boolean(bytes: &[u8]) -> Option<bool> {
    bytes.first().map(|&byte| byte != 0)
}

/// `uuid` or `timeuuid`.
pub fn uuid(bytes: &[u8]) -> Option<Uuid> {
    Uuid::from_slice(bytes).ok()
}

/// `text` or `ascii`.
pub fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// `inet`. A 16-byte address that maps an IPv4 one is that IPv4 address, as in Java.
pub fn inet(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(four).into());
    }
    let six = Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?);
    Some(six.to_ipv4_mapped().map_or(IpAddr::V6(six), IpAddr::V4))
}

/// `varint`.
pub fn varint(bytes: &[u8]) -> Option<BigInt> {
    (!bytes.is_empty()).then(|| BigInt::from_signed_bytes_be(bytes))
}

/// `decimal`, with the scale it was written with.
pub fn decimal(bytes: &[u8]) -> Option<BigDecimal> {
    let (scale, unscaled) = bytes.split_first_chunk::<4>()?;
    let scale = i64::from(i32::from_be_bytes(*scale));
    Some(BigDecimal::new(BigInt::from_signed_bytes_be(unscaled), scale))
}

/// `duration`.
pub fn duration(mut bytes: &[u8]) -> Option<Duration> {
    Some(Duration {
        months: i32::try_from(vint::read_signed(&mut bytes)?).ok()?,
        days: i32::try_from(vint::read_signed(&mut bytes)?).ok()?,
        nanoseconds: vint::read_signed(&mut bytes)?,
    })
}

/// Serialises a `varint` in as few bytes as its value needs.
pub fn encode_varint(value: &BigInt) -> Vec<u8> {
    value.to_signed_bytes_be()
}

/// Serialises a `decimal`; `None` if its scale does not fit 32 bits.
pub fn encode_decimal(value: &BigDecimal) -> Option<Vec<u8>> {
    let (unscaled, scale) = value.as_bigint_and_exponent();
    let mut out = i32::try_from(scale).ok()?.to_be_bytes().to_vec();
    out.extend_from_slice(&unscaled.to_signed_bytes_be());
    Some(out)
}

/// Serialises a `duration`.
pub fn encode_duration(value: Duration) -> Vec<u8> {
    let mut out = Vec::with_capacity(12);
    vint::write_signed(value.months.into(), &mut out);
    vint::write_signed(value.days.into(), &mut out);
    vint::write_signed(value.nanoseconds, &mut out);
    out
}

/// A big-endian two's complement integer without leading bytes that repeat its sign.
pub(crate) fn minimal(bytes: &[u8]) -> &[u8] {
    let repeated = bytes.windows(2).take_while(|pair| matches!(pair, [0, 0..=0x7f] | [0xff, 0x80..=0xff])).count();
    &bytes[repeated..]
}
