//! Commands on top of an import: one by one, from eight tasks at once, from two processes.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex};

use quorate_clinic::Clinic;
use quorate_clinic::input::Limit;

use super::answers::compare;
use super::commands::{Drafter, Sent};
use super::dice::Dice;
use super::effects::{self, Verdict};
use super::input::{self, Folder};
use super::place::{Place, send, targets};
use super::plan::{Plan, SMALL, plan};
use super::relation::Relation;

/// Tasks that send commands at once.
const TASKS: u64 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn every_command_comes_to_what_the_rules_say() {
    for (name, target) in targets() {
        let Plan { seeds, long } = plan(1);
        let commands = count(name, long, [1_500, 500, 60]);
        for seed in seeds {
            let when = format!("{name}, seed {seed}, one by one");
            let place = Place::open(&target, "one_by_one").await;
            let folder = input::folder(seed, SMALL);
            place.import(folder.directory.path(), folder.as_of, Limit::All).await;
            let mut relation = folder.relation.clone();
            let mut drafter = Drafter::new(seed, TASKS);
            let clock = AtomicI64::new(folder.as_of + 1);
            for _ in 0..commands {
                let draft = drafter.draft(&relation, &clock);
                let verdict = draft.verdict.clone().unwrap_or_else(|| effects::predict(&relation, &draft.command));
                let outcome = send(&place.clinic, &draft.command).await;
                let code = outcome.as_ref().map_or_else(quorate_clinic::Error::code, |_| "ok");
                let allowed = match &verdict {
                    Verdict::Ok => &["ok"],
                    Verdict::Codes(codes) => *codes,
                };
                let shown = &draft.command;
                assert!(allowed.contains(&code), "{when}: {shown} came to {code}, not {allowed:?}: {outcome:?}");
                if let Ok(receipt) = outcome {
                    drafter.sent(&draft.command, receipt);
                    if !receipt.repeated {
                        effects::apply(&mut relation, &draft.command, receipt.id);
                    }
                }
            }
            finish(&place, &folder, &relation, seed, &when).await;
            place.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_tasks_at_once_leave_what_the_log_order_says() {
    for (name, target) in targets() {
        let Plan { seeds, long } = plan(1);
        if name != "embedded" && !long {
            // The tasks of two processes, below, do the same and more.
            continue;
        }
        for seed in seeds {
            let when = format!("{name}, seed {seed}, at once");
            let place = Place::open(&target, "at_once").await;
            let (folder, relation) =
                race(&place, std::slice::from_ref(&place.clinic), seed, count(name, long, [1_000, 150, 25]), &when)
                    .await;
            finish(&place, &folder, &relation, seed, &when).await;
            place.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_leave_what_the_log_order_says() {
    for (name, target) in targets() {
        let Plan { seeds, long } = plan(if name == "embedded" { 2 } else { 1 });
        for seed in seeds {
            let when = format!("{name}, seed {seed}, two processes");
            let place = Place::open(&target, "processes").await;
            let other = place.again().await;
            let clinics = [place.clinic.clone(), other];
            let (folder, relation) = race(&place, &clinics, seed, count(name, long, [300, 60, 20]), &when).await;
            if seed % 2 == 0 {
                clinics[1].settle().await.unwrap();
            } else {
                // The other process ends without bringing anything up to the log; the next one does.
                drop(place.again().await);
            }
            drop(clinics);
            finish(&place, &folder, &relation, seed, &when).await;
            place.close().await;
        }
    }
}

fn count(name: &str, long: bool, [most, embedded, cluster]: [usize; 3]) -> usize {
    match (name, long) {
        (_, true) => most,
        ("embedded", _) => embedded,
        _ => cluster,
    }
}

/// Sends commands from all tasks, dealt out to these clinics of one keyspace. Gives what was
/// imported before, and what must be there now.
async fn race(place: &Place, clinics: &[Clinic], seed: u64, commands: usize, when: &str) -> (Folder, Relation) {
    let folder = input::folder(seed, SMALL);
    place.import(folder.directory.path(), folder.as_of, Limit::All).await;
    let pool = Arc::new(Mutex::new(folder.relation.clone()));
    let clock = Arc::new(AtomicI64::new(folder.as_of + 1));
    let mut tasks = tokio::task::JoinSet::new();
    for (task, clinic) in (0..TASKS).zip(clinics.iter().cycle()) {
        let (clinic, pool, clock, when) = (clinic.clone(), pool.clone(), clock.clone(), when.to_owned());
        let mut drafter = Drafter::new(seed * TASKS + task, task);
        tasks.spawn(async move {
            let mut done = Vec::new();
            for _ in 0..commands {
                done.extend(one_of_many(&clinic, &mut drafter, &pool, &clock, &when).await);
            }
            done
        });
    }
    let mut all = Vec::new();
    while let Some(done) = tasks.join_next().await {
        all.extend(done.unwrap());
    }
    let places: BTreeSet<_> = all.iter().map(|sent| (sent.receipt.stream, sent.receipt.seq)).collect();
    assert_eq!(places.len(), all.len(), "{when}: two commands are one event");
    // What belongs to one thing is in one stream, so this order is the true one wherever it matters.
    all.sort_by_key(|sent| (sent.receipt.stream, sent.receipt.seq));
    let mut relation = folder.relation.clone();
    for sent in &all {
        effects::assert_possible(&relation, &sent.command);
        effects::apply(&mut relation, &sent.command, sent.receipt.id);
    }
    let before = effects::overlaps(&folder.relation);
    assert_eq!(effects::overlaps(&relation).difference(&before).next(), None, "{when}: a slot is taken twice");
    (folder, relation)
}

/// Sends one command, whose outcome depends on what the other tasks did meanwhile.
async fn one_of_many(
    clinic: &Clinic,
    drafter: &mut Drafter,
    pool: &Mutex<Relation>,
    clock: &AtomicI64,
    when: &str,
) -> Option<Sent> {
    let draft = drafter.draft(&pool.lock().unwrap(), clock);
    match (send(clinic, &draft.command).await, &draft.verdict) {
        (Ok(receipt), None | Some(Verdict::Ok)) => {
            drafter.sent(&draft.command, receipt);
            if receipt.repeated {
                return None;
            }
            effects::apply(&mut pool.lock().unwrap(), &draft.command, receipt.id);
            Some(Sent { command: draft.command, receipt })
        }
        (Ok(receipt), Some(Verdict::Codes(codes))) => {
            panic!("{when}: {} was done ({receipt:?}), not {codes:?}", draft.command)
        }
        (Err(error), verdict) => {
            let known: &[&str] = match verdict {
                Some(Verdict::Codes(codes)) => codes,
                _ => &["conflict", "refused", "not_found"],
            };
            assert!(known.contains(&error.code()), "{when}: {}: {error}", draft.command);
            None
        }
    }
}

/// Answers, proof, the same import again, rebuild, answers.
async fn finish(place: &Place, folder: &Folder, relation: &Relation, seed: u64, when: &str) {
    place.clinic.settle().await.unwrap();
    compare(&place.clinic, relation, folder.as_of, seed, false, when).await;
    place.verified(when).await;
    let report = place.import(folder.directory.path(), folder.as_of, Limit::All).await;
    assert_eq!(report.imported(), 0, "{when}: imported again, what commands did is not undone");
    let mut dice = Dice::new(seed);
    compare(&place.clinic, relation, folder.as_of, dice.next(), false, &format!("{when}, imported again")).await;
    place.rebuilt().await;
    place.verified(&format!("{when}, rebuilt")).await;
    compare(&place.clinic, relation, folder.as_of, dice.next(), false, &format!("{when}, rebuilt")).await;
}
