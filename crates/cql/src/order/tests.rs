//! Order of values and of keys.

use std::sync::Arc;

use super::*;
use crate::types::UserType;

/// A small generator, so that failures repeat.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u64) -> usize {
        usize::try_from(self.next() % limit).unwrap()
    }

    /// Bytes with many zeros, ones and sign bits, where mistakes show.
    fn bytes(&mut self, length: usize) -> Vec<u8> {
        const EDGES: [u8; 8] = [0, 1, 0x7f, 0x80, 0xff, 0xfe, 0x61, 0x2c];
        (0..length).map(|_| EDGES[self.below(8)]).collect()
    }
}

fn list(element: CqlType) -> CqlType {
    CqlType::List { element: Arc::new(element), frozen: true }
}

fn named_type(name: &str) -> CqlType {
    let tuple = || CqlType::Tuple([CqlType::Int, CqlType::Text, CqlType::Int].into());
    match name {
        "decimal" => CqlType::Decimal,
        "varint" => CqlType::Varint,
        "uuid" => CqlType::Uuid,
        "timeuuid" => CqlType::Timeuuid,
        "inet" => CqlType::Inet,
        "date" => CqlType::Date,
        "time" => CqlType::Time,
        "double" => CqlType::Double,
        "float" => CqlType::Float,
        "boolean" => CqlType::Boolean,
        "int" => CqlType::Int,
        "bigint" => CqlType::Bigint,
        "smallint" => CqlType::Smallint,
        "tinyint" => CqlType::Tinyint,
        "tuple" => tuple(),
        "list" => list(CqlType::Int),
        "map" => CqlType::Map { key: Arc::new(CqlType::Text), value: Arc::new(CqlType::Int), frozen: true },
        "vector" => CqlType::Vector { element: Arc::new(CqlType::Float), dimensions: 2 },
        "vectortext" => CqlType::Vector { element: Arc::new(CqlType::Text), dimensions: 2 },
        other => panic!("no type {other}"),
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let text = if text == "-" { "" } else { text };
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn key(ty: &CqlType, value: &[u8], descending: bool) -> Vec<u8> {
    let mut out = Vec::new();
    encode_component(ty, value, descending, &mut out);
    out
}

#[test]
fn values_compare_as_in_cassandra_and_so_do_their_keys() {
    type Compared<'a> = (Vec<u8>, &'a str);
    let mut groups: Vec<(&str, Vec<Compared<'_>>)> = Vec::new();
    for line in include_str!("vectors.txt").lines().filter(|line| !line.starts_with('#')) {
        let [name, value, signs] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        if groups.last().is_none_or(|(last, _)| *last != name) {
            groups.push((name, Vec::new()));
        }
        groups.last_mut().unwrap().1.push((unhex(value), signs));
    }
    assert_eq!(groups.len(), 19);
    for (name, values) in &groups {
        let ty = named_type(name);
        for (left, signs) in values {
            assert_eq!(signs.len(), values.len());
            for ((right, _), sign) in values.iter().zip(signs.chars()) {
                let expected = match sign {
                    '<' => Ordering::Less,
                    '>' => Ordering::Greater,
                    _ => Ordering::Equal,
                };
                assert_eq!(compare(&ty, left, right), expected, "{name} {left:02x?} {right:02x?}");
                let (l, r) = (key(&ty, left, false), key(&ty, right, false));
                assert_eq!(l.cmp(&r), expected, "{name} {left:02x?} {right:02x?} as keys {l:02x?} {r:02x?}");
                let (l, r) = (key(&ty, left, true), key(&ty, right, true));
                assert_eq!(l.cmp(&r), expected.reverse(), "{name} {left:02x?} {right:02x?} descending");
            }
        }
    }
}

/// A random valid value.
fn value(ty: &CqlType, random: &mut Random) -> Vec<u8> {
    let collection = matches!(ty, CqlType::List { .. } | CqlType::Set { .. } | CqlType::Map { .. });
    let may_be_empty = !collection && random.below(16) == 0;
    match ty {
        CqlType::Tinyint => random.bytes(1),
        CqlType::Smallint => random.bytes(2),
        CqlType::Date => random.bytes(4),
        CqlType::Time => random.bytes(8),
        CqlType::Text | CqlType::Ascii => {
            random.bytes(6).into_iter().map(|byte| byte & 0x7f).take(random.below(7)).collect()
        }
        CqlType::Blob | CqlType::Varint => {
            let length = random.below(20);
            random.bytes(length)
        }
        CqlType::Vector { element, dimensions } => {
            let parts: Vec<_> = (0..*dimensions).map(|_| full(element, random)).collect();
            codec::encode_vector(element, &parts)
        }
        _ if may_be_empty => Vec::new(),
        _ => full(ty, random),
    }
}

/// A random valid value that is not empty where the type has a fixed size.
fn full(ty: &CqlType, random: &mut Random) -> Vec<u8> {
    match ty {
        CqlType::Boolean => vec![u8::from(random.below(2) == 0)],
        CqlType::Int | CqlType::Float => random.bytes(4),
        CqlType::Bigint | CqlType::Timestamp | CqlType::Double => random.bytes(8),
        CqlType::Uuid => random.bytes(16),
        CqlType::Timeuuid => {
            let mut bytes = random.bytes(16);
            bytes[6] = 0x10 | (bytes[6] & 0x0f);
            bytes
        }
        CqlType::Inet => {
            let length = [4, 16][random.below(2)];
            random.bytes(length)
        }
        CqlType::Decimal => {
            // Mostly small scales, at times any.
            let far = random.below(8) == 0;
            let scale = if far {
                random.bytes(4)
            } else {
                (i32::try_from(random.below(9)).unwrap() - 4).to_be_bytes().to_vec()
            };
            let mut bytes = scale;
            let length = 1 + random.below(19);
            bytes.extend(random.bytes(length));
            bytes
        }
        CqlType::List { element, .. } | CqlType::Set { element, .. } => {
            let parts: Vec<_> = (0..random.below(4)).map(|_| value(element, random)).collect();
            codec::encode_list(&parts)
        }
        CqlType::Map { key, value: of, .. } => {
            let parts: Vec<_> = (0..random.below(4)).map(|_| (value(key, random), value(of, random))).collect();
            codec::encode_map(key, parts)
        }
        CqlType::Tuple(types) => fields(types.iter(), random),
        CqlType::Udt { definition, .. } => fields(definition.fields.iter().map(|(_, ty)| ty), random),
        _ => value(ty, random),
    }
}

fn fields<'a>(types: impl Iterator<Item = &'a CqlType>, random: &mut Random) -> Vec<u8> {
    let mut parts = Vec::new();
    for ty in types {
        if random.below(8) == 0 {
            break;
        }
        parts.push((random.below(3) > 0).then(|| value(ty, random)));
    }
    codec::encode_tuple(&parts)
}

fn every_type() -> Vec<CqlType> {
    let mut types = vec![
        CqlType::Ascii,
        CqlType::Bigint,
        CqlType::Blob,
        CqlType::Boolean,
        CqlType::Date,
        CqlType::Decimal,
        CqlType::Double,
        CqlType::Float,
        CqlType::Inet,
        CqlType::Int,
        CqlType::Smallint,
        CqlType::Text,
        CqlType::Time,
        CqlType::Timestamp,
        CqlType::Timeuuid,
        CqlType::Tinyint,
        CqlType::Uuid,
        CqlType::Varint,
    ];
    let person = UserType {
        keyspace: "ks".to_owned(),
        name: "person".to_owned(),
        fields: vec![
            ("name".to_owned(), CqlType::Text),
            ("born".to_owned(), CqlType::Date),
            ("id".to_owned(), CqlType::Uuid),
        ],
    };
    types.extend([
        list(CqlType::Text),
        list(list(CqlType::Varint)),
        CqlType::Set { element: Arc::new(CqlType::Timeuuid), frozen: true },
        CqlType::Map { key: Arc::new(CqlType::Blob), value: Arc::new(CqlType::Decimal), frozen: true },
        CqlType::Tuple([CqlType::Decimal, CqlType::Text, list(CqlType::Int), CqlType::Tinyint].into()),
        CqlType::Udt { definition: Arc::new(person), frozen: true },
        CqlType::Vector { element: Arc::new(CqlType::Float), dimensions: 3 },
        CqlType::Vector { element: Arc::new(CqlType::Text), dimensions: 3 },
    ]);
    types
}

#[test]
fn keys_order_as_values_do() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for ty in every_type() {
        let values: Vec<_> = (0..120).map(|_| value(&ty, &mut random)).collect();
        for left in &values {
            codec::validate(&ty, left).unwrap_or_else(|error| panic!("{ty} {left:02x?}: {error}"));
            for right in &values {
                let expected = compare(&ty, left, right);
                // Bytes behind the components must not matter while these differ.
                let follow = |mut key: Vec<u8>, last| {
                    key.push(last);
                    key
                };
                for descending in [false, true] {
                    let expected = if descending { expected.reverse() } else { expected };
                    let (l, r) = (key(&ty, left, descending), key(&ty, right, descending));
                    assert_eq!(l.cmp(&r), expected, "{ty} {left:02x?} {right:02x?}: {l:02x?} {r:02x?}");
                    if expected.is_ne() {
                        assert_eq!(follow(l, 0xff).cmp(&follow(r, 0)), expected, "{ty} {left:02x?} {right:02x?}");
                    }
                }
            }
        }
    }
}

#[test]
fn keys_give_back_their_values() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for ty in every_type() {
        let mut canonical = 0;
        for _ in 0..400 {
            let original = value(&ty, &mut random);
            for descending in [false, true] {
                let mut encoded = key(&ty, &original, descending);
                encoded.extend(b"next");
                let mut rest = &encoded[..];
                let decoded = decode_component(&ty, descending, &mut rest).unwrap();
                assert_eq!(rest, b"next", "{ty} {original:02x?}");
                assert_eq!(compare(&ty, &original, &decoded), Ordering::Equal, "{ty} {original:02x?} {decoded:02x?}");
                assert_eq!(is_canonical(&ty, &original), decoded == original, "{ty} {original:02x?} {decoded:02x?}");
                canonical += usize::from(decoded == original);
            }
        }
        assert!(canonical > 0, "{ty}");
        assert!(!is_lossless(&ty) || canonical == 800, "{ty}: {canonical}");
    }
}

#[test]
fn usual_decimals_are_canonical() {
    for text in ["0", "1", "-1", "1.5", "99.99", "100", "-250000", "0.001", "12345678901234567890.5"] {
        let bytes = crate::literal::parse(&CqlType::Decimal, text).unwrap();
        assert!(is_canonical(&CqlType::Decimal, &bytes), "{text}");
    }
    for text in ["1.0", "0.00", "1E+2"] {
        let bytes = crate::literal::parse(&CqlType::Decimal, text).unwrap();
        assert!(!is_canonical(&CqlType::Decimal, &bytes), "{text}");
    }
}

#[test]
fn damaged_keys_are_refused() {
    let mut random = Random(0x1234_5678_9abc_def1);
    for ty in every_type() {
        for _ in 0..60 {
            let encoded = key(&ty, &value(&ty, &mut random), false);
            for end in 0..encoded.len() {
                let decoded = decode_component(&ty, false, &mut &encoded[..end]);
                assert_eq!(decoded, Err(OrderError::Damaged), "{ty} {encoded:02x?} up to {end}");
            }
        }
    }
}
