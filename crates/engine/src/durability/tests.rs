//! Waiting for the disk, and what happens when it refuses.

use std::sync::mpsc;
use std::time::Duration;

use super::Syncer;
use crate::store::{Space, Store, StoreOptions};

fn put(store: &Store, key: &[u8]) {
    let mut batch = store.batch();
    batch.put(Space::Rows, key, b"v");
    batch.commit().unwrap();
}

#[test]
fn many_writers_are_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), StoreOptions::default()).unwrap();
    let syncer = Syncer::start(store.journal_directory().unwrap(), true).unwrap();
    std::thread::scope(|scope| {
        for writer in 0..8_u8 {
            let (store, syncer) = (&store, &syncer);
            scope.spawn(move || {
                for number in 0..20 {
                    put(store, &[writer, number]);
                    syncer.wait().unwrap();
                }
            });
        }
    });
    assert_eq!(store.snapshot().range(Space::Rows, &[], None, false).count(), 160);
}

#[test]
fn callbacks_come_from_the_syncing_thread() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), StoreOptions::default()).unwrap();
    let syncer = Syncer::start(store.journal_directory().unwrap(), true).unwrap();
    let (sender, receiver) = mpsc::channel();
    for number in 0..10_u8 {
        put(&store, &[number]);
        let sender = sender.clone();
        syncer.on_durable(move |verdict| sender.send((number, verdict.is_ok(), std::thread::current().id())).unwrap());
    }
    for number in 0..10 {
        let (acknowledged, fine, thread) = receiver.recv_timeout(Duration::from_secs(30)).unwrap();
        assert_eq!((acknowledged, fine), (number, true));
        assert_ne!(thread, std::thread::current().id());
    }
}

#[test]
fn a_periodic_writer_does_not_wait() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), StoreOptions::default()).unwrap();
    let syncer = Syncer::start(store.journal_directory().unwrap(), false).unwrap();
    put(&store, b"k");
    let caller = std::thread::current().id();
    let (sender, receiver) = mpsc::channel();
    syncer.on_durable(move |verdict| sender.send((verdict.is_ok(), std::thread::current().id())).unwrap());
    assert_eq!(receiver.try_recv().unwrap(), (true, caller));
}

#[test]
fn a_failed_sync_fails_every_writer_from_then_on() {
    let directory = tempfile::tempdir().unwrap();
    let syncer = Syncer::start(&directory.path().join("no such place"), true).unwrap();
    syncer.wait().unwrap_err();
    syncer.wait().unwrap_err();
    let (sender, receiver) = mpsc::channel();
    syncer.on_durable(move |verdict| sender.send(verdict.is_err()).unwrap());
    assert!(receiver.recv_timeout(Duration::from_secs(30)).unwrap());
}
