//! A clinic that is attacked again and again, and what was acknowledged meanwhile.

use serde_json::Value;

use super::ledger;
use super::place::{Kill, Place, Sent};
use super::world::World;

/// What a command may fail for while the store itself works.
const EXPECTED: [&str; 3] = ["conflict", "refused", "not_found"];

/// A place, all commands that were ever sent to it, and what each was answered when it succeeded.
pub(super) struct Siege {
    pub(super) place: Place,
    pub(super) world: World,
    lines: Vec<Value>,
    acknowledged: Vec<Option<Value>>,
}

impl Siege {
    /// With everything that commands need.
    pub(super) fn new(place: Place, seed: u64) -> Self {
        place.done(&["schema", "apply"]);
        let mut siege = Self { place, world: World::new(seed), lines: Vec::new(), acknowledged: Vec::new() };
        let founding = siege.world.founding();
        siege.attack(founding, &Kill::Never);
        assert!(siege.acknowledged.iter().all(Option::is_some), "the world could not be founded");
        siege
    }

    /// Sends new lines and kills the program meanwhile; then everything must be right, and sending
    /// the lines again must do what is left. Tells what became of the first sending.
    pub(super) fn attack(&mut self, lines: Vec<Value>, kill: &Kill) -> Sent {
        let from = self.lines.len();
        self.acknowledged.extend(lines.iter().map(|_| None));
        self.lines.extend(lines);
        let sent = self.place.send(&self.lines[from..], kill);
        self.record(from, &sent);
        if sent.code.is_some() {
            self.check_end(from, &sent);
        } else {
            self.place.verify(&format!("after {kill:?}"));
            self.send_again(from);
        }
        sent
    }

    /// Sends all lines since `from` once more.
    fn send_again(&mut self, from: usize) {
        let sent = self.place.send(&self.lines[from..], &Kill::Never);
        self.record(from, &sent);
        self.check_end(from, &sent);
    }

    /// Sends everything once more, and compares with what the acknowledged lines must have done.
    pub(super) fn conclude(&mut self) {
        self.send_again(0);
        self.place.verify("at the end");
        ledger::check(&self.place, &self.lines, &self.acknowledged);
    }

    /// All lines so far.
    pub(super) fn lines(&self) -> &[Value] {
        &self.lines
    }

    /// How a line was answered when it succeeded.
    pub(super) fn acknowledged(&self, number: usize) -> Option<&Value> {
        self.acknowledged[number].as_ref()
    }

    /// Lines that were done.
    pub(super) fn done(&self) -> usize {
        self.acknowledged.iter().flatten().count()
    }

    pub(super) fn sent(&self) -> usize {
        self.lines.len()
    }

    fn record(&mut self, from: usize, sent: &Sent) {
        for (number, answer) in (from..).zip(&sent.answers) {
            let line = &self.lines[number];
            match &self.acknowledged[number] {
                Some(first) => assert_eq!(answer, first, "an acknowledged line is answered otherwise: {line}"),
                None if answer["ok"] == true => self.acknowledged[number] = Some(answer.clone()),
                None => {
                    let code = answer["error"].as_str().unwrap();
                    assert!(EXPECTED.contains(&code), "{line}: {answer}");
                }
            }
        }
    }

    fn check_end(&self, from: usize, sent: &Sent) {
        assert_eq!(sent.answers.len(), self.lines.len() - from, "{}", sent.stderr);
        let failed = sent.answers.iter().any(|answer| answer["ok"] != true);
        assert_eq!(sent.code, Some(i32::from(failed)), "{}", sent.stderr);
    }
}
