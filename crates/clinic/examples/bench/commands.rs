//! How many commands a second, over many customers and doctors, and how long each takes.
//!
//! Each sender makes visits, one after the other: it books one, cancels every fifth and completes
//! the others, and has every second of these reviewed. No two visits of a doctor or a customer
//! overlap, so that every command succeeds.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use quorate_clinic::Clinic;
use quorate_clinic::commands::Request;
use quorate_clinic::moment::instant_text;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::Dice;
use crate::failure::Failure;
use crate::input::{AS_OF_MS, Account, Sample};
use crate::latency::{Latencies, Quoted};
use crate::machine;
use crate::place::{Lasting, Place};

const HALF_HOUR_MS: i64 = 1_800_000;
/// Visits start so long after the input's end.
const FIRST_START_MS: i64 = AS_OF_MS + 100 * 86_400_000;
/// What `quorate do` does while commands come in.
const REFRESH_EVERY: Duration = Duration::from_secs(1);

/// What commands came to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Figures {
    /// How long commands were sent.
    pub(crate) seconds: f64,
    /// Processor time of all threads in that time, in seconds.
    pub(crate) processor: f64,
    /// Commands that succeeded.
    pub(crate) done: u64,
    /// Commands that failed.
    pub(crate) failed: u64,
    /// All commands.
    pub(crate) all: Quoted,
    /// By name.
    pub(crate) by_command: Vec<(String, Quoted)>,
    /// Peak of resident memory in bytes.
    pub(crate) peak: u64,
}

/// Sends commands for some time, in the child.
pub(crate) async fn measure(
    store: &Path,
    folder: &Path,
    lasting: Lasting,
    tasks: usize,
    seconds: u64,
) -> Result<Figures, Failure> {
    let place = Place::open(store, lasting).await?;
    let plan = Arc::new(Plan::of(Sample::read(folder)?));
    let refreshing = tokio::spawn(refresh(place.clinic.clone()));
    let used = machine::processor_seconds();
    let begin = Instant::now();
    let until = begin + Duration::from_secs(seconds);
    let senders: Vec<_> = (0..tasks)
        .map(|task| tokio::spawn(send(place.clinic.clone(), Arc::clone(&plan), task as u64, until)))
        .collect();
    let mut figures = Figures::default();
    let mut all = Latencies::default();
    let mut by_command: HashMap<&'static str, Latencies> = HashMap::new();
    for sender in senders {
        let sent = sender.await?;
        figures.failed += sent.failed;
        for (name, latencies) in sent.latencies {
            by_command.entry(name).or_default().extend(latencies);
        }
    }
    figures.seconds = begin.elapsed().as_secs_f64();
    figures.processor = machine::processor_seconds() - used;
    refreshing.abort();
    drop(refreshing.await);
    for (name, latencies) in by_command {
        figures.done += latencies.len() as u64;
        figures.by_command.push((name.to_owned(), latencies.clone().quoted()));
        all.extend(latencies);
    }
    figures.by_command.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    figures.all = all.quoted();
    figures.peak = machine::peak_memory();
    drop(plan);
    place.close().await?;
    Ok(figures)
}

/// Who visits whom, and when they are free.
struct Plan {
    accounts: Vec<Account>,
    doctors: HashMap<Uuid, Vec<Uuid>>,
    /// The first free half hour of a doctor or a customer.
    free: Mutex<HashMap<Uuid, i64>>,
}

impl Plan {
    fn of(sample: Sample) -> Self {
        let mut doctors: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for doctor in sample.doctors {
            doctors.entry(doctor.organisation).or_default().push(doctor.id);
        }
        Self { accounts: sample.accounts, doctors, free: Mutex::default() }
    }

    /// An account, a doctor of its organisation, and when both are free.
    fn visit(&self, dice: &mut Dice) -> Option<(Account, Uuid, i64)> {
        let account = *dice.pick(&self.accounts)?;
        let doctor = *dice.pick(self.doctors.get(&account.organisation)?)?;
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |id: Uuid| free.get(&id).copied().unwrap_or(0);
        let slot = of(doctor).max(of(account.customer));
        free.insert(doctor, slot + 1);
        free.insert(account.customer, slot + 1);
        Some((account, doctor, FIRST_START_MS + slot * HALF_HOUR_MS))
    }
}

#[derive(Default)]
struct Sent {
    latencies: HashMap<&'static str, Latencies>,
    failed: u64,
}

impl Sent {
    /// Sends a command and says what it created or changed. Gives way first, as a sender does that
    /// waits for its own client; otherwise one of them would send hundreds in its turn.
    async fn command(&mut self, clinic: &Clinic, name: &'static str, command: Value) -> Option<Uuid> {
        let Value::Object(fields) = command else { return None };
        tokio::task::yield_now().await;
        let begin = Instant::now();
        let outcome = match Request::from_json(fields) {
            Ok(request) => clinic.execute(&request).await,
            Err(error) => Err(error),
        };
        let took = begin.elapsed();
        match outcome {
            Ok(receipt) => {
                self.latencies.entry(name).or_default().add(took);
                Some(receipt.id)
            }
            Err(error) => {
                if self.failed == 0 {
                    eprintln!("{name}: {error}");
                }
                self.failed += 1;
                None
            }
        }
    }
}

async fn send(clinic: Clinic, plan: Arc<Plan>, task: u64, until: Instant) -> Sent {
    let mut dice = Dice::new(task);
    let mut sent = Sent::default();
    while Instant::now() < until {
        let Some((account, doctor, starts_ms)) = plan.visit(&mut dice) else { break };
        let book = json!({
            "command": "book", "account_id": account.id, "doc_id": doctor,
            "starts_at": instant_text(starts_ms), "purpose": "check-up",
        });
        let Some(visit) = sent.command(&clinic, "book", book).await else { continue };
        if dice.below(5) == 0 {
            sent.command(&clinic, "cancel", json!({"command": "cancel", "medical_id": visit})).await;
            continue;
        }
        let at = instant_text(starts_ms + HALF_HOUR_MS);
        let amount = format!("{}.{:02}", 20 + dice.below(200), dice.below(100));
        let complete = json!({"command": "complete", "medical_id": visit, "amount": amount, "at": at});
        if sent.command(&clinic, "complete", complete).await.is_some() && dice.below(2) == 0 {
            let review = json!({
                "command": "review", "cust_id": account.customer, "org_id": account.organisation,
                "rating": dice.below(6), "at": at,
            });
            sent.command(&clinic, "review", review).await;
        }
    }
    sent
}

async fn refresh(clinic: Clinic) {
    let mut every = tokio::time::interval(REFRESH_EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        drop(clinic.refresh().await);
    }
}
