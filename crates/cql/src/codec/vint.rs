//! Cassandra's variable-length integers (`utils/vint/VIntCoding.java`): the number of leading one
//! bits of the first byte is the number of bytes that follow.

/// Appends an unsigned integer, in one to nine bytes.
pub(super) fn write_unsigned(value: u64, out: &mut Vec<u8>) {
    let size = unsigned_size(value);
    let mut bytes = value.to_be_bytes();
    if size == 9 {
        out.push(0xff);
        out.extend_from_slice(&bytes);
        return;
    }
    let start = 8 - size;
    bytes[start] |= !(0xff_u8 >> (size - 1));
    out.extend_from_slice(&bytes[start..]);
}

/// Appends a signed integer, zigzag-coded.
pub(super) fn write_signed(value: i64, out: &mut Vec<u8>) {
    write_unsigned(((value << 1) ^ (value >> 63)).cast_unsigned(), out);
}

/// Takes an unsigned integer off the front; `None` if the bytes end first.
pub(super) fn read_unsigned(bytes: &mut &[u8]) -> Option<u64> {
    let (&first, rest) = bytes.split_first()?;
    let extra = first.leading_ones() as usize;
    let (tail, rest) = rest.split_at_checked(extra)?;
    let head = if extra >= 7 { 0 } else { u64::from(first & (0xff >> extra)) };
    *bytes = rest;
    Some(tail.iter().fold(head, |value, &byte| (value << 8) | u64::from(byte)))
}

/// Takes a zigzag-coded signed integer off the front; `None` if the bytes end first.
pub(super) fn read_signed(bytes: &mut &[u8]) -> Option<i64> {
    let raw = read_unsigned(bytes)?;
    Some((raw >> 1).cast_signed() ^ -((raw & 1).cast_signed()))
}

fn unsigned_size(value: u64) -> usize {
    let bits = 64 - (value | 1).leading_zeros() as usize;
    bits.div_ceil(7).min(9)
}
