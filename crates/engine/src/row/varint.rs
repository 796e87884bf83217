//! Unsigned LEB128: the lengths and small numbers of the store's own formats.

/// Appends a number, 7 bits a byte, least significant first.
pub(crate) fn push(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        #[expect(clippy::cast_possible_truncation, reason = "the low seven bits are wanted")]
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    #[expect(clippy::cast_possible_truncation, reason = "less than 0x80")]
    out.push(value as u8);
}

/// Takes a number off the front; `None` when the bytes end too early or hold more than 64 bits.
pub(crate) fn take(bytes: &mut &[u8]) -> Option<u64> {
    let (&first, tail) = bytes.split_first()?;
    if first < 0x80 {
        *bytes = tail;
        return Some(u64::from(first));
    }
    let mut value = u64::from(first & 0x7F);
    let mut rest = tail;
    for shift in (7..64).step_by(7) {
        let (&byte, tail) = rest.split_first()?;
        rest = tail;
        value |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            *bytes = rest;
            return Some(value);
        }
    }
    None
}
