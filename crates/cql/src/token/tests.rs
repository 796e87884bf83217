//! Tokens against those that Cassandra gives.

use super::*;

fn unhex(text: &str) -> Vec<u8> {
    let text = if text == "-" { "" } else { text };
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn tokens_are_cassandras() {
    let mut checked = 0;
    for line in include_str!("vectors.txt").lines().filter(|line| !line.starts_with('#')) {
        let (key, token) = line.split_once(' ').unwrap();
        assert_eq!(murmur3(&unhex(key)), token.parse::<i64>().unwrap(), "{key}");
        checked += 1;
    }
    assert_eq!(checked, 37);
}

#[test]
fn composite_keys_frame_each_component() {
    // CompositeType: length, bytes, end-of-component zero.
    let key = partition_key(&[&b"ab"[..], b"", b"\0\0\0\x07"]);
    assert_eq!(key, b"\0\x02ab\0\0\0\0\0\x04\0\0\0\x07\0");
    assert_eq!(split_partition_key(&key, 3).unwrap(), [&b"ab"[..], b"", b"\0\0\0\x07"]);
    assert_eq!(split_partition_key(&key, 2), None);
    assert_eq!(split_partition_key(&key[..key.len() - 1], 3), None);
}

#[test]
fn a_single_component_is_the_key() {
    assert_eq!(partition_key(&[b"ab"]), b"ab");
    assert_eq!(split_partition_key(b"ab", 1).unwrap(), [b"ab"]);
}
