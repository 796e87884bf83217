//! `quorate do`: commands from a file or standard input, one JSON object per line.
//!
//! It streams: a bounded number of lines is under way, and answers come in the order of the lines.
//! An answer is flushed as soon as it is written, because a client may wait for it before it
//! sends the next line. Whatever was accepted is finished before the program ends, even when it
//! is asked to end.

mod aggregates;
mod lines;
mod reply;
mod schedule;

use std::collections::HashMap;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::time::Duration;

use quorate_clinic::commands::Request;
use quorate_clinic::{Clinic, Error};
use tokio::task::JoinSet;

use super::Run;
use crate::connection::{Absent, Connection};
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::render::counted;
use aggregates::Aggregates;
use reply::{Replies, Reply};
use schedule::Schedule;

/// Lines under way for each task: enough that a line which waits for another blocks nobody else.
const LINES_PER_TASK: u64 = 32;
/// Time between two refreshments of the boards.
const REFRESH_EVERY: Duration = Duration::from_secs(1);

/// Send commands, one JSON object per line
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each line is answered by a line on standard output, in the same order:
  {\"ok\": true, \"id\": …, \"stream\": …, \"seq\": …}   or   {\"ok\": false, \"error\": CODE, \"message\": …}
with CODE one of invalid, not_found, conflict, refused, unavailable, unknown_outcome. Ends with 1 if a
line failed. Every object may carry request_id (a UUID; the same again changes nothing and gives
the first answer) and at (when it took place; default now).

Commands and their fields, optional ones in brackets:
  add_location           state_id state_name country_id country_name region_id region_name
  register_organisation  [org_id] org_type region_id [org_name currency time_zone]
  recruit_doctor, change_doctor
                         [doc_id] org_id first_name last_name experience_year birth_year
                         [degree_type institution certification_date]
  register_customer      [cust_id] first_name last_name state_id [joined_date]
  rename_customer        cust_id first_name last_name
  move_customer          cust_id state_id
  open_account           [account_id] account_type cust_id org_id
  publish_offering       org_id headline [text]
  book                   [medical_id] account_id doc_id starts_at [minutes] purpose
  reschedule             medical_id starts_at
  cancel, no_show        medical_id
  complete               medical_id amount
  review                 [review_id] cust_id org_id rating [comment media]

Examples:
  quorate do commands.jsonl --tasks 8 > answers.jsonl
  echo '{\"command\":\"cancel\",\"medical_id\":\"17\"}' | quorate do")]
pub(crate) struct Options {
    /// The file [default: standard input]
    file: Option<PathBuf>,
    /// Lines that run at once; lines about the same customer, organisation, doctor, account or
    /// visit keep their order
    #[arg(long, value_name = "N", default_value = "1")]
    tasks: NonZeroU16,
}

/// Sends the commands and writes the answers.
pub(crate) async fn run(run: &Run<'_>, options: &Options) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    // A file that cannot be read is to be found before anything is opened.
    let source = lines::open(options.file.as_deref())?;
    let connection = Connection::open(settings, Absent::Refuse).await?;
    let clinic = connection.clinic().await?;
    let refreshing = tokio::spawn(refresh(clinic.clone()));
    let outcome = Execution::new(&clinic, options.tasks).run(lines::read(source)).await;
    refreshing.abort();
    drop(refreshing.await);
    // Also after an error: what was done before it is in the log and the boards must follow.
    let settled = settle(&clinic).await;
    drop(clinic);
    let exit = conclude(console, &outcome?);
    settled?;
    connection.close().await?;
    Ok(exit)
}

/// Brings what lags behind up to date. What a node that was just lost makes fail succeeds once the
/// others have noticed, so it is tried twice.
async fn settle(clinic: &Clinic) -> Result<(), Failure> {
    let outcome = match clinic.settle().await {
        Err(Error::Unavailable(_)) => clinic.settle().await,
        other => other,
    };
    outcome.map_err(|source| Failure::Unsettled { source: Box::new(source) })
}

/// Says what was done, before anything else can fail.
fn conclude(console: &Console, replies: &Replies) -> Exit {
    let (done, failed) = (replies.done(), replies.failed());
    console.note(&format!("{} done, {failed} failed", counted(done, "command", "commands")));
    console.next("quorate query q1, or quorate verify");
    if failed == 0 { Exit::Done } else { Exit::Failed }
}

/// Keeps the boards at most a second behind.
async fn refresh(clinic: Clinic) {
    let mut every = tokio::time::interval(REFRESH_EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        // Settling at the end reports what keeps failing.
        drop(clinic.refresh().await);
    }
}

/// The lines under way.
struct Execution<'a> {
    clinic: &'a Clinic,
    tasks: usize,
    window: u64,
    aggregates: Aggregates,
    schedule: Schedule,
    waiting: HashMap<u64, Request>,
    running: JoinSet<(u64, Reply)>,
    replies: Replies,
    accepted: u64,
}

impl<'a> Execution<'a> {
    fn new(clinic: &'a Clinic, tasks: NonZeroU16) -> Self {
        Self {
            clinic,
            tasks: usize::from(tasks.get()),
            window: u64::from(tasks.get()) * LINES_PER_TASK,
            aggregates: Aggregates::default(),
            schedule: Schedule::default(),
            waiting: HashMap::new(),
            running: JoinSet::new(),
            replies: Replies::default(),
            accepted: 0,
        }
    }

    async fn run(mut self, mut lines: lines::Lines) -> anyhow::Result<Replies> {
        let mut accepting = true;
        let mut stop = std::pin::pin!(asked_to_end());
        loop {
            self.start();
            self.replies.write()?;
            if !accepting && self.running.is_empty() {
                return Ok(self.replies);
            }
            let room = self.accepted - self.replies.written() < self.window;
            tokio::select! {
                Some(finished) = self.running.join_next() => self.finish(finished?),
                line = lines.recv(), if accepting && room => match line {
                    Some(line) => self.accept(line?).await?,
                    None => accepting = false,
                },
                () = &mut stop, if accepting => accepting = false,
            }
        }
    }

    /// Takes a line in: it is answered at once if it is no command, and otherwise scheduled.
    async fn accept(&mut self, line: lines::Line) -> anyhow::Result<()> {
        let number = self.accepted;
        self.accepted += 1;
        match line.request() {
            Err(reply) => self.replies.add(number, reply),
            Ok(request) => {
                // Without company there is nothing to keep in order.
                if self.tasks > 1 {
                    match self.aggregates.of(self.clinic, &request).await {
                        Ok(key) => self.schedule.add(number, key),
                        // Nothing of it was done, and the others may do better.
                        Err(error) => {
                            self.replies.add(number, Reply::of(Err(error)));
                            return Ok(());
                        }
                    }
                } else {
                    self.schedule.add_last(number);
                }
                self.waiting.insert(number, request);
            }
        }
        Ok(())
    }

    /// Starts what may run, as far as there are tasks for it.
    fn start(&mut self) {
        while self.running.len() < self.tasks {
            let Some(number) = self.schedule.next() else { return };
            let Some(request) = self.waiting.remove(&number) else { continue };
            let clinic = self.clinic.clone();
            self.running.spawn(async move { (number, Reply::of(clinic.execute(&request).await)) });
        }
    }

    fn finish(&mut self, (number, reply): (u64, Reply)) {
        self.schedule.finish(number);
        self.replies.add(number, reply);
    }
}

/// Returns when the process is asked to end.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
}
