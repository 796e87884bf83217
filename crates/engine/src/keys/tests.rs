//! Keys: order, round trips, and what damage does.

use std::cmp::Ordering;
use std::sync::Arc;

use quorate_cql::order;
use quorate_cql::schema::ColumnKind;
use quorate_cql::types::CqlType;

use super::{Bound, Kind, RowKey, partition_token, push_clustering, push_kind, push_partition, slices, successor};
use crate::fixture::{Generator, table};
use crate::layout::TableLayout;

fn layout(descending: [bool; 3]) -> TableLayout {
    let clustering = |descending| ColumnKind::Clustering { descending };
    TableLayout::new(
        1024,
        Arc::new(table(&[
            ("k", ColumnKind::PartitionKey, CqlType::Int),
            ("a", clustering(descending[0]), CqlType::Int),
            ("b", clustering(descending[1]), CqlType::Text),
            ("c", clustering(descending[2]), CqlType::Int),
        ])),
    )
}

fn int(value: u64) -> Vec<u8> {
    (i32::try_from(value).unwrap() - 1).to_be_bytes().to_vec()
}

/// A few values of each kind, so that bounds often meet rows.
fn clustering(generator: &mut Generator) -> [Vec<u8>; 3] {
    let text = ["", "a", "ab", "b"][usize::from(generator.byte(4))];
    [int(generator.below(3)), text.as_bytes().to_vec(), int(generator.below(3))]
}

/// Lexicographic order of values, whatever the clustering order.
fn compare(left: &[Vec<u8>], right: &[Vec<u8>], types: &[CqlType]) -> Ordering {
    left.iter()
        .zip(right)
        .zip(types)
        .map(|((left, right), ty)| order::compare(ty, left, right))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[test]
fn slices_hold_exactly_the_rows_between_their_bounds() {
    let types = [CqlType::Int, CqlType::Text, CqlType::Int];
    for seed in 0..40_000 {
        let mut generator = Generator::new(seed);
        let layout = layout([generator.once_in(2), generator.once_in(2), generator.once_in(2)]);
        let fixed = usize::from(generator.byte(3));
        let (row, prefix) = (clustering(&mut generator), clustering(&mut generator));
        let mut encoded_prefix = Vec::new();
        for (place, value) in prefix.iter().enumerate().take(fixed) {
            push_clustering(&layout, place, value, &mut encoded_prefix);
        }
        let mut bound = || {
            let values = clustering(&mut generator)[fixed..].to_vec();
            let count = 1 + usize::try_from(generator.below(values.len() as u64)).unwrap();
            (generator.once_in(4), values[..count].to_vec(), generator.once_in(2))
        };
        let (from, to) = (bound(), bound());
        let inside = |(absent, values, inclusive): &(bool, Vec<Vec<u8>>, bool), beyond: Ordering| {
            let order = compare(&row[fixed..fixed + values.len()], values, &types[fixed..]);
            *absent || order == beyond || (*inclusive && order.is_eq())
        };
        let expected =
            row[..fixed] == prefix[..fixed] && inside(&from, Ordering::Greater) && inside(&to, Ordering::Less);

        let from_values: Vec<&[u8]> = from.1.iter().map(Vec::as_slice).collect();
        let to_values: Vec<&[u8]> = to.1.iter().map(Vec::as_slice).collect();
        let from = (!from.0).then_some(Bound { values: &from_values, inclusive: from.2 });
        let to = (!to.0).then_some(Bound { values: &to_values, inclusive: to.2 });
        let ranges = slices(&layout, &encoded_prefix, fixed, from, to);
        let mut encoded = Vec::new();
        for (place, value) in row.iter().enumerate() {
            push_clustering(&layout, place, value, &mut encoded);
        }
        let holding = ranges.iter().filter(|range| range.contains(&encoded)).count();
        assert_eq!(holding, usize::from(expected), "seed {seed}: {row:?} in {from:?}..{to:?}");
        let in_order = ranges.is_sorted_by(|left, right| left.end.as_ref().is_some_and(|end| *end <= right.start));
        assert!(in_order, "seed {seed}: {ranges:?}");
    }
}

#[test]
fn keys_come_apart_as_they_were_put_together() {
    let long = vec![7; 300];
    let components: [&[u8]; 3] = [b"", b"\x00\x01", &long];
    let mut key = Vec::new();
    push_partition(1024, &components, &mut key);
    let partition = key.clone();
    push_kind(Kind::Static, &mut key);
    key.extend_from_slice(b"rest");
    let parsed = RowKey::parse(&key, 3).unwrap();
    assert_eq!(parsed.partition(), partition);
    assert_eq!(parsed.kind, Kind::Static);
    assert_eq!(parsed.clustering(), b"rest");
    assert_eq!(parsed.partition_components().collect::<Vec<_>>(), components);
    for length in 0..=partition.len() {
        RowKey::parse(&key[..length], 3).unwrap_err();
    }
}

/// Tokens of `SELECT token(k)` on Apache Cassandra for int keys 1, 2 and 3, as its documentation
/// and many drivers' tests have them.
#[test]
fn partitions_are_in_token_order() {
    let token = |key: i32| partition_token(&[&key.to_be_bytes()]);
    assert_eq!(
        [token(1), token(2), token(3)],
        [-4_069_959_284_402_364_209, -3_248_873_570_005_575_792, 9_010_454_139_840_013_625]
    );
    let key = |number: i32| {
        let mut key = Vec::new();
        push_partition(1024, &[&number.to_be_bytes()], &mut key);
        key
    };
    assert!(key(1) < key(2) && key(2) < key(3));
}

#[test]
fn a_successor_is_the_next_prefix() {
    for (prefix, expected) in
        [(vec![1, 2], Some(vec![1, 3])), (vec![1, 0xFF], Some(vec![2])), (vec![0xFF, 0xFF], None), (vec![], None)]
    {
        let mut next = prefix.clone();
        let found = successor(&mut next).then_some(next);
        assert_eq!(found, expected, "{prefix:?}");
    }
}
