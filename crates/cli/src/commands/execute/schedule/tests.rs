//! The schedule: order within an id, freedom between ids, barriers, and that nothing is left over.

use super::*;

fn ids(values: &[u128]) -> OrderKey {
    OrderKey::Ids(values.iter().map(|value| Uuid::from_u128(*value)).collect())
}

fn all_ready(schedule: &mut Schedule) -> Vec<u64> {
    std::iter::from_fn(|| schedule.next()).collect()
}

#[test]
fn lines_of_different_ids_run_at_once_and_those_of_one_id_in_order() {
    let mut schedule = Schedule::default();
    schedule.add(0, ids(&[1]));
    schedule.add(1, ids(&[2]));
    schedule.add(2, ids(&[1, 2]));
    schedule.add(3, ids(&[2]));
    assert_eq!(all_ready(&mut schedule), [0, 1]);
    schedule.finish(1);
    assert_eq!(all_ready(&mut schedule), [0; 0]);
    schedule.finish(0);
    assert_eq!(all_ready(&mut schedule), [2]);
    schedule.finish(2);
    assert_eq!(all_ready(&mut schedule), [3]);
}

#[test]
fn a_line_about_everything_waits_for_all_and_all_wait_for_it() {
    let mut schedule = Schedule::default();
    schedule.add(0, ids(&[1]));
    schedule.add(1, ids(&[2]));
    schedule.add(2, OrderKey::Everything);
    schedule.add(3, ids(&[3]));
    assert_eq!(all_ready(&mut schedule), [0, 1]);
    schedule.finish(0);
    schedule.finish(1);
    assert_eq!(all_ready(&mut schedule), [2]);
    schedule.finish(2);
    assert_eq!(all_ready(&mut schedule), [3]);
}

#[test]
fn an_id_that_a_line_names_twice_does_not_block_it() {
    let mut schedule = Schedule::default();
    schedule.add(0, ids(&[7, 7]));
    assert_eq!(all_ready(&mut schedule), [0]);
}

#[test]
fn whatever_finishes_first_the_order_of_each_id_is_kept_and_nothing_is_left_over() {
    // A linear congruential generator (Knuth, MMIX) is random enough to vary the order.
    let mut state = 42_u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut schedule = Schedule::default();
    let mut keys = Vec::new();
    for number in 0..2_000 {
        let key =
            if random(50) == 0 { OrderKey::Everything } else { ids(&[random(20) as u128, 100 + random(20) as u128]) };
        keys.push(key.clone());
        schedule.add(number, key);
    }
    let key = |number: u64| &keys[usize::try_from(number).unwrap()];
    let conflict = |left: u64, right: u64| match (key(left), key(right)) {
        (OrderKey::Ids(left), OrderKey::Ids(right)) => left.iter().any(|id| right.contains(id)),
        _ => true,
    };
    let (mut running, mut finished) = (Vec::new(), Vec::new());
    loop {
        running.extend(all_ready(&mut schedule));
        if running.is_empty() {
            break;
        }
        for (index, left) in running.iter().enumerate() {
            for right in &running[index + 1..] {
                assert!(!conflict(*left, *right), "{left} and {right} run at once");
            }
        }
        let chosen = running.swap_remove(random(running.len()));
        schedule.finish(chosen);
        finished.push(chosen);
    }
    assert_eq!(finished.len(), keys.len());
    for (index, later) in finished.iter().enumerate() {
        for earlier in &finished[index + 1..] {
            let overtaken = earlier < later && conflict(*earlier, *later);
            assert!(!overtaken, "{later} overtook {earlier}");
        }
    }
    assert!(schedule.newest.is_empty() && schedule.followers.is_empty() && schedule.waits_for.is_empty());
}
