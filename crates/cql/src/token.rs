//! Where a partition lies on the ring: Murmur3 as Cassandra computes it
//! (`dht/Murmur3Partitioner.java`, `utils/MurmurHash.java`).
//!
//! It is the first half of `MurmurHash3` x64 128 with seed 0, but the last incomplete block is read
//! as signed bytes, so tokens differ from other implementations wherever it has a byte above 127.
//! This module must never change: tokens order every store and every answer.

/// The token of an empty key and the lower end of the ring; no other partition has it.
pub const MINIMUM: i64 = i64::MIN;

const C1: u64 = 0x87c3_7b91_1142_53d5;
const C2: u64 = 0x4cf5_ad43_2745_937f;

/// The token of a serialised partition key.
pub fn murmur3(partition_key: &[u8]) -> i64 {
    if partition_key.is_empty() {
        return MINIMUM;
    }
    match hash(partition_key) {
        i64::MIN => i64::MAX,
        token => token,
    }
}

/// Serialises a partition key: a single component as it is, several each after its length in two
/// bytes and followed by a zero (`db/marshal/CompositeType.java`). Components must be of fewer than
/// 65,536 bytes, which analysis of statements makes sure of.
pub fn partition_key<T: AsRef<[u8]>>(components: &[T]) -> Vec<u8> {
    let mut out = Vec::with_capacity(components.iter().map(|part| part.as_ref().len() + 3).sum());
    push_partition_key(components, &mut out);
    out
}

/// Appends what `partition_key` answers.
pub fn push_partition_key<T: AsRef<[u8]>>(components: &[T], out: &mut Vec<u8>) {
    if let [single] = components {
        out.extend_from_slice(single.as_ref());
        return;
    }
    for component in components {
        let bytes = component.as_ref();
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(bytes);
        out.push(0);
    }
}

/// The components of a serialised partition key of `count` components; `None` if the bytes are not such a key.
pub fn split_partition_key(key: &[u8], count: usize) -> Option<Vec<&[u8]>> {
    if count == 1 {
        return Some(vec![key]);
    }
    let mut rest = key;
    let mut components = Vec::with_capacity(count);
    for _ in 0..count {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (component, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
        rest = after.strip_prefix(&[0])?;
        components.push(component);
    }
    rest.is_empty().then_some(components)
}

fn hash(key: &[u8]) -> i64 {
    let (blocks, tail) = key.as_chunks::<16>();
    let (mut h1, mut h2) = (0_u64, 0_u64);
    for block in blocks {
        let (low, high) = words(block);
        h1 ^= scramble_low(low);
        h1 = h1.rotate_left(27).wrapping_add(h2).wrapping_mul(5).wrapping_add(0x52dc_e729);
        h2 ^= scramble_high(high);
        h2 = h2.rotate_left(31).wrapping_add(h1).wrapping_mul(5).wrapping_add(0x3849_5ab5);
    }
    let (low, high) = tail.split_at(tail.len().min(8));
    h2 ^= scramble_high(signed_word(high));
    h1 ^= scramble_low(signed_word(low));

    h1 ^= key.len() as u64;
    h2 ^= key.len() as u64;
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    mix(h1).wrapping_add(mix(h2)).cast_signed()
}

/// A block's two little-endian words.
fn words(block: &[u8; 16]) -> (u64, u64) {
    let both = u128::from_le_bytes(*block);
    #[expect(clippy::cast_possible_truncation, reason = "the low word is what is wanted")]
    (both as u64, (both >> 64) as u64)
}

/// Little-endian, but each byte sign-extended before it is shifted and combined: Java's bytes are
/// signed, and Cassandra kept what came of it.
fn signed_word(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .enumerate()
        .fold(0, |word, (index, byte)| word ^ (i64::from(byte.cast_signed()).cast_unsigned() << (8 * index)))
}

fn scramble_low(word: u64) -> u64 {
    word.wrapping_mul(C1).rotate_left(31).wrapping_mul(C2)
}

fn scramble_high(word: u64) -> u64 {
    word.wrapping_mul(C2).rotate_left(33).wrapping_mul(C1)
}

fn mix(mut value: u64) -> u64 {
    value ^= value >> 33;
    value = value.wrapping_mul(0xff51_afd7_ed55_8ccd);
    value ^= value >> 33;
    value = value.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    value ^ (value >> 33)
}

#[cfg(test)]
mod tests;
