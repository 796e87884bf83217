//! The two stores against a plain map.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Space, Store, StoreOptions};
use crate::error::Error;
use crate::fixture::Generator;

fn open(directory: &Path) -> Result<Store, Error> {
    Store::open(directory, StoreOptions::default())
}

/// Random batches against a plain map, with snapshots of the past that must not move.
fn compare_with_map(store: &Store, seed: u64) {
    let mut generator = Generator::new(seed);
    let mut model: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    let mut past = Vec::new();
    for round in 0..300_u32 {
        let mut batch = store.batch();
        let mut keys: Vec<Vec<u8>> = (0..generator.below(8)).map(|_| key(&mut generator)).collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            if generator.once_in(3) {
                batch.remove(Space::Rows, &key);
                model.remove(&key);
            } else {
                batch.put(Space::Rows, &key, &round.to_be_bytes());
                model.insert(key, round.to_be_bytes().to_vec());
            }
        }
        batch.commit().unwrap();
        if generator.once_in(20) {
            past.push((store.snapshot(), model.clone()));
        }
        let (start, end) = (key(&mut generator), key(&mut generator));
        let sought = key(&mut generator);
        assert_eq!(store.get(Space::Rows, &sought).unwrap().as_deref(), model.get(&sought).map(Vec::as_slice));
        assert_ranges_equal(&store.snapshot(), &model, &start, &end);
        if generator.once_in(30) && !past.is_empty() {
            past.remove(0);
        }
    }
    for (snapshot, model) in &past {
        assert_ranges_equal(snapshot, model, &[], &[0xFF; 4]);
    }
}

fn key(generator: &mut Generator) -> Vec<u8> {
    (0..=generator.below(3)).map(|_| generator.byte(6)).collect()
}

fn assert_ranges_equal(snapshot: &super::Snapshot, model: &BTreeMap<Vec<u8>, Vec<u8>>, start: &[u8], end: &[u8]) {
    for bound in [Some(end), None] {
        let mut expected: Vec<(Vec<u8>, Vec<u8>)> = (model.iter())
            .filter(|(key, _)| key.as_slice() >= start && bound.is_none_or(|end| key.as_slice() < end))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        for reverse in [false, true] {
            let found: Vec<(Vec<u8>, Vec<u8>)> = snapshot
                .range(Space::Rows, start, bound, reverse)
                .map(|pair| pair.map(|(key, value)| (key.to_vec(), value.to_vec())).unwrap())
                .collect();
            assert_eq!(found, expected);
            expected.reverse();
        }
    }
}

#[test]
fn the_store_in_memory_is_an_ordered_map_with_snapshots() {
    for seed in 0..30 {
        compare_with_map(&Store::in_memory(), seed);
    }
}

#[test]
fn the_store_on_disk_is_an_ordered_map_with_snapshots() {
    for seed in 0..3 {
        let directory = tempfile::tempdir().unwrap();
        compare_with_map(&open(directory.path()).unwrap(), seed);
    }
}

#[test]
fn a_scan_in_memory_goes_on_where_its_first_keys_ended() {
    let store = Store::in_memory();
    let mut batch = store.batch();
    for number in 0..1000_u16 {
        batch.put(Space::Index, &number.to_be_bytes(), &[]);
    }
    batch.commit().unwrap();
    let keys = |reverse| {
        let scan = store.snapshot().range(Space::Index, &10_u16.to_be_bytes(), Some(&900_u16.to_be_bytes()), reverse);
        scan.map(|pair| u16::from_be_bytes(pair.unwrap().0[..].try_into().unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(keys(false), (10..900).collect::<Vec<_>>());
    assert_eq!(keys(true), (10..900).rev().collect::<Vec<_>>());
}

#[test]
fn what_was_committed_is_there_after_closing_and_after_dropping() {
    let directory = tempfile::tempdir().unwrap();
    for (round, close) in [(0_u32, true), (1, false), (2, true), (3, true), (4, false)] {
        let store = open(directory.path()).unwrap();
        for earlier in 0..round {
            let value = store.get(Space::Rows, &earlier.to_be_bytes()).unwrap();
            assert_eq!(value.as_deref(), Some(b"v".as_slice()), "round {round}, key {earlier}");
            assert_eq!(
                store.get(Space::Meta, b"round").unwrap().as_deref(),
                Some((round - 1).to_be_bytes().as_slice())
            );
        }
        let mut batch = store.batch();
        batch.put(Space::Rows, &round.to_be_bytes(), b"v");
        batch.put(Space::Meta, b"round", &round.to_be_bytes());
        batch.commit().unwrap();
        if close {
            store.close().unwrap();
        }
    }
}

#[test]
fn a_second_opener_is_told_who_has_the_store() {
    let directory = tempfile::tempdir().unwrap();
    let _store = open(directory.path()).unwrap();
    match open(directory.path()) {
        Err(Error::LockHeld { holder, .. }) => assert_eq!(holder, std::process::id().to_string()),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("opened twice"),
    }
}

#[test]
fn a_newer_and_a_damaged_format_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    open(directory.path()).unwrap().close().unwrap();
    let path = directory.path().join("FORMAT");
    let intact = std::fs::read(&path).unwrap();

    let body = "quorate-store 2";
    std::fs::write(&path, format!("{body} {:08x}\n", crc32fast::hash(body.as_bytes()))).unwrap();
    assert!(matches!(open(directory.path()), Err(Error::NewerFormat { found: 2, supported: 1 })));

    let mut damaged = intact.clone();
    damaged[3] ^= 1;
    std::fs::write(&path, damaged).unwrap();
    assert!(matches!(open(directory.path()), Err(Error::Corrupt { .. })));

    std::fs::remove_file(&path).unwrap();
    assert!(matches!(open(directory.path()), Err(Error::Corrupt { .. })));

    std::fs::write(&path, intact).unwrap();
    open(directory.path()).unwrap();
}

#[test]
fn a_store_that_was_never_finished_is_made_anew() {
    let directory = tempfile::tempdir().unwrap();
    open(directory.path()).unwrap().close().unwrap();
    std::fs::remove_file(directory.path().join("data").join("version")).unwrap();
    let store = open(directory.path()).unwrap();
    assert!(store.snapshot().range(Space::Rows, &[], None, false).next().is_none());
}

#[test]
fn erasing_removes_a_prefix_and_nothing_else() {
    let store = Store::in_memory();
    let mut batch = store.batch();
    for number in 0..10_000_u32 {
        batch.put(Space::Rows, &[&[7][..], &number.to_be_bytes()].concat(), &[]);
    }
    batch.put(Space::Rows, &[6, 0xFF], &[]);
    batch.put(Space::Rows, &[8], &[]);
    batch.commit().unwrap();
    store.erase(Space::Rows, &[7]).unwrap();
    let left: Vec<Vec<u8>> =
        store.snapshot().range(Space::Rows, &[], None, false).map(|pair| pair.unwrap().0.to_vec()).collect();
    assert_eq!(left, [vec![6, 0xFF], vec![8]]);
}
