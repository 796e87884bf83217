//! Range tombstones: which rows they cover.

use super::Tombstones;
use crate::fixture::Generator;
use crate::keys::ByteRange;
use crate::row::Deletion;

fn random(generator: &mut Generator) -> Tombstones {
    let deletion = |generator: &mut Generator| Deletion {
        timestamp: i64::from(generator.byte(5)),
        local: u32::from(generator.byte(3)),
    };
    let partition = generator.once_in(3).then(|| deletion(generator));
    let ranges = (0..generator.below(4))
        .map(|_| {
            let start = vec![generator.byte(10)];
            let end = (!generator.once_in(4)).then(|| vec![start[0] + 1 + generator.byte(5)]);
            (ByteRange { start, end }, deletion(generator))
        })
        .collect();
    Tombstones { partition, ranges }
}

/// Whatever is dropped as superfluous, every row stays covered as far as it was.
#[test]
fn adding_covers_every_row_as_far_as_either_did() {
    for seed in 0..20_000 {
        let mut generator = Generator::new(seed);
        let (mut all, other) = (Tombstones::default(), random(&mut generator));
        all.add(random(&mut generator));
        let before = all.clone();
        all.add(other.clone());
        for row in 0..20_u8 {
            let timestamp = |tombstones: &Tombstones| tombstones.covering(&[row]).map(|deletion| deletion.timestamp);
            assert_eq!(timestamp(&all), timestamp(&before).max(timestamp(&other)), "seed {seed}, row {row}");
        }
    }
}

#[test]
fn the_stored_form_comes_back_and_is_reported_when_cut_short() {
    for seed in 0..2_000 {
        let tombstones = random(&mut Generator::new(seed));
        let mut bytes = Vec::new();
        tombstones.write(&mut bytes);
        assert_eq!(Tombstones::read(&bytes).unwrap(), tombstones, "seed {seed}");
        for length in 0..bytes.len() {
            // Cut between two ranges the rest is valid, and holds less.
            if let Ok(read) = Tombstones::read(&bytes[..length]) {
                assert!(read.ranges.len() < tombstones.ranges.len(), "seed {seed}, length {length}");
            }
        }
    }
}

#[test]
fn purging_keeps_the_grace_period() {
    let deletion = |local| Deletion { timestamp: 1, local };
    let range = |start: u8| ByteRange { start: vec![start], end: None };
    let mut tombstones =
        Tombstones { partition: Some(deletion(89)), ranges: vec![(range(1), deletion(90)), (range(2), deletion(89))] };
    tombstones.purge(100, 10);
    assert_eq!(tombstones, Tombstones { partition: None, ranges: vec![(range(1), deletion(90))] });
}
