//! Serialised values: what Cassandra accepts and refuses, and round trips.

use std::sync::Arc;

use super::*;
use crate::types::{CqlType, UserType};

fn int(value: i32) -> Vec<u8> {
    value.to_be_bytes().to_vec()
}

fn collect<'a>(parts: impl Iterator<Item = Result<&'a [u8], CodecError>>) -> Result<Vec<&'a [u8]>, CodecError> {
    parts.collect()
}

#[test]
fn sets_are_sorted_by_their_type_and_keep_the_first_of_equals() {
    let set = encode_set(&CqlType::Int, vec![int(5), int(-1), int(5), int(2)]);
    assert_eq!(set, b"\0\0\0\x03\0\0\0\x04\xff\xff\xff\xff\0\0\0\x04\0\0\0\x02\0\0\0\x04\0\0\0\x05");
    let one = |scale: u8, unscaled: u8| vec![0, 0, 0, scale, unscaled];
    let set = encode_set(&CqlType::Decimal, vec![one(1, 10), one(0, 1)]);
    assert_eq!(collect(elements(&set)).unwrap(), [one(1, 10)]);
}

#[test]
fn maps_are_sorted_by_key_and_keep_the_last_value() {
    let map = encode_map(&CqlType::Text, vec![(&b"b"[..], &b"1"[..]), (b"a", b"2"), (b"b", b"3"), (b"b", b"4")]);
    let found: Vec<_> = entries(&map).collect::<Result<_, _>>().unwrap();
    assert_eq!(found, [(&b"a"[..], &b"2"[..]), (b"b", b"4")]);
}

#[test]
fn tuples_tell_null_from_empty() {
    let tuple = encode_tuple(&[Some(&b"x"[..]), None, Some(b"")]);
    assert_eq!(tuple, b"\0\0\0\x01x\xff\xff\xff\xff\0\0\0\0");
    let found: Vec<_> = fields(&tuple).collect::<Result<_, _>>().unwrap();
    assert_eq!(found, [Some(&b"x"[..]), None, Some(b"")]);
}

#[test]
fn vectors_prefix_only_elements_of_unknown_size() {
    assert_eq!(encode_vector(&CqlType::Float, &[[1, 2, 3, 4], [5, 6, 7, 8]]), [1, 2, 3, 4, 5, 6, 7, 8]);
    // VectorType counts smallint and date among the types of unknown size.
    assert_eq!(encode_vector(&CqlType::Smallint, &[[1, 2], [3, 4]]), [2, 1, 2, 2, 3, 4]);
    let long = vec![b'x'; 200];
    let vector = encode_vector(&CqlType::Text, &[long.as_slice(), b""]);
    // 200 takes two bytes: 10 and fourteen bits.
    assert_eq!(&vector[..3], [0x80, 200, b'x']);
    assert_eq!(collect(vector_elements(&CqlType::Text, &vector)).unwrap(), [long.as_slice(), b""]);
}

#[test]
fn variable_length_integers_keep_their_value() {
    let mut values: Vec<u64> = (0..64).flat_map(|bit| [1 << bit, (1 << bit) - 1, u64::MAX >> bit]).collect();
    values.push(0);
    for value in values {
        let mut bytes = Vec::new();
        vint::write_unsigned(value, &mut bytes);
        // Seven bits a byte, eight in the ninth (VIntCoding.computeUnsignedVIntSize).
        let bits = 64 - value.leading_zeros() as usize;
        assert_eq!(bytes.len(), bits.max(1).div_ceil(7).min(9), "{value}");
        bytes.push(7);
        let mut rest = &bytes[..];
        assert_eq!(vint::read_unsigned(&mut rest), Some(value));
        assert_eq!(rest, [7]);
        let signed = value.cast_signed();
        bytes.clear();
        vint::write_signed(signed, &mut bytes);
        assert_eq!(vint::read_signed(&mut &bytes[..]), Some(signed));
        assert_eq!(vint::read_signed(&mut &bytes[..bytes.len() - 1]), None);
    }
}

#[test]
fn composites_are_put_together_by_type() {
    let list = CqlType::List { element: Arc::new(CqlType::Int), frozen: false };
    let parts = [Some(int(1)), Some(int(2))];
    assert_eq!(compose(&list, &parts).unwrap(), encode_list(&[int(1), int(2)]));
    let nulls = [Some(int(1)), None];
    assert_eq!(compose(&list, &nulls).unwrap_err().to_string(), "null is not supported inside collections");
    let vector = CqlType::Vector { element: Arc::new(CqlType::Int), dimensions: 2 };
    assert_eq!(compose(&vector, &nulls).unwrap_err().to_string(), "null is not supported inside vectors");
    assert_eq!(compose(&vector, &parts[..1]).unwrap_err().to_string(), "Required 2 elements, but saw 1");
    let tuple = CqlType::Tuple([CqlType::Int].into());
    assert_eq!(compose(&tuple, &nulls[1..]).unwrap(), b"\xff\xff\xff\xff");
    assert_eq!(
        compose(&tuple, &parts).unwrap_err().to_string(),
        "Tuple value contained too many fields (expected 1, got 2)"
    );
    let map = CqlType::Map { key: Arc::new(CqlType::Int), value: Arc::new(CqlType::Int), frozen: false };
    assert_eq!(compose(&map, &parts).unwrap(), encode_map(&CqlType::Int, vec![(int(1), int(2))]));
}

#[test]
fn bound_sets_and_maps_are_put_in_order() {
    let set = CqlType::Set { element: Arc::new(CqlType::Int), frozen: false };
    let (sorted, unsorted) = (encode_list(&[int(-1), int(2)]), encode_list(&[int(2), int(-1), int(2)]));
    assert_eq!(in_order(&set, &unsorted).unwrap(), sorted);
    assert!(matches!(in_order(&set, &sorted).unwrap(), std::borrow::Cow::Borrowed(_)));
    let list = CqlType::List { element: Arc::new(CqlType::Int), frozen: false };
    assert_eq!(in_order(&list, &unsorted).unwrap(), unsorted);
    assert_eq!(in_order(&set, &unsorted[..9]), Err(CodecError::Truncated("collection".to_owned())));
}

#[test]
fn errors_name_the_field_they_are_in() {
    let definition = UserType {
        keyspace: "ks".to_owned(),
        name: "person".to_owned(),
        fields: vec![("name".to_owned(), CqlType::Text), ("age".to_owned(), CqlType::Int)],
    };
    let udt = CqlType::Udt { definition: Arc::new(definition), frozen: true };
    let bytes = encode_tuple(&[Some(&b"x"[..]), Some(b"abc")]);
    assert_eq!(
        validate(&udt, &bytes).unwrap_err().to_string(),
        "Failure validating the 1th field age; Expected 4 or 0 byte int (3)"
    );
    assert_eq!(validate(&udt, &bytes[..7]).unwrap_err().to_string(), "Not enough bytes to read size of 1th field age");
}
