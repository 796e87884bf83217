//! How writes are grouped, and pauses between repetitions.

use std::sync::Arc;

use super::*;
use crate::session::Session;
use crate::statement::Statement;
use crate::target::Target;

#[test]
fn pauses_double_up_to_the_longest() {
    assert_eq!(pause(0, 0), Duration::from_millis(10));
    assert_eq!(pause(3, 0), Duration::from_millis(80));
    assert_eq!(pause(40, 0), Duration::from_secs(1));
}

#[test]
fn chance_moves_a_pause_within_its_second_half() {
    let longest = pause(0, u128::MAX);
    assert!(longest > Duration::from_millis(19) && longest < Duration::from_millis(20), "{longest:?}");
}

struct Frozen;

impl quorate_engine::Clock for Frozen {
    fn now_micros(&self) -> i64 {
        1_700_000_000_000_000
    }

    fn random(&self) -> u128 {
        7
    }
}

/// Statements of an embedded session will do: grouping looks at keyspace and key only.
async fn insert(keyspace: &str) -> Statement {
    let session = Session::open(&Target::InMemory, Arc::new(Frozen)).await.unwrap();
    let replication = "{'class': 'SimpleStrategy', 'replication_factor': 1}";
    session.schema(&format!("CREATE KEYSPACE {keyspace} WITH replication = {replication}")).await.unwrap();
    let table = format!("CREATE TABLE {keyspace}.t (a int, b text, c int, v blob, PRIMARY KEY ((a, b), c))");
    session.schema(&table).await.unwrap();
    let insert = format!("INSERT INTO {keyspace}.t (c, b, a, v) VALUES (?, ?, ?, ?)");
    session.prepare(&insert, Class::Write).await.unwrap()
}

fn sizes(writes: Vec<Bound>) -> Vec<usize> {
    group(writes).iter().map(Vec::len).collect()
}

#[tokio::test]
async fn a_partition_is_cut_into_batches_of_32() {
    let insert = insert("k").await;
    let writes = (0..70).map(|c| insert.bind((c, "b", 1, vec![0_u8])).unwrap()).collect();
    assert_eq!(sizes(writes), [32, 32, 6]);
}

#[tokio::test]
async fn a_batch_holds_20_kilobytes_and_a_larger_write_goes_alone() {
    let insert = insert("k").await;
    let write = |bytes: usize| insert.bind((1, "b", 1, vec![0_u8; bytes])).unwrap();
    assert_eq!(sizes(vec![write(9_000), write(9_000), write(9_000), write(30_000), write(1)]), [2, 1, 1, 1]);
}

#[tokio::test]
async fn partitions_and_keyspaces_are_kept_apart() {
    let (first, second) = (insert("k1").await, insert("k2").await);
    let write = |insert: &Statement, b: &str, a: i32| insert.bind((1, b, a, vec![0_u8])).unwrap();
    let writes = vec![
        write(&first, "b", 1),
        write(&first, "b", 2),
        write(&first, "c", 1),
        write(&second, "b", 1),
        write(&first, "b", 1),
    ];
    assert_eq!(sizes(writes), [2, 1, 1, 1]);
}
