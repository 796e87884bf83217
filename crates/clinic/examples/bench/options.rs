//! What a user can choose.

use std::path::PathBuf;

use crate::failure::Failure;

/// How to use the program.
pub(crate) const USAGE: &str = "\
usage: cargo xtask bench clinic [PHASES] [OPTIONS]

Phases (all where none is named):
  --synthea-import     import of a Synthea export
  --import             import of generated folders
  --queries            the fourteen questions, with PostgreSQL beside them
  --commands           commands a second
  --opening            from a closed store to the first answer
  --verify             the proof of every view

Options:
  --synthea DIR        the export (without it, the sample that is shipped)
  --sizes N,N,…        records of the generated folders (10000,100000,1000000)
  --calls N            calls of each question (2000)
  --seconds N          how long commands are sent (10)
  --repeat N           imports and openings of which the median is quoted (3)
  --dir DIR            where folders and stores are made (target/bench-clinic)
  --quorate FILE       the program whose start is measured (target/release/quorate, if it is there)
  --no-postgres        leave PostgreSQL out
  --keep               leave the stores there, and use those that are there
  --markdown FILE      also write the tables into FILE, between the marks `<!-- figures -->` and `<!-- end -->`";

/// The parts of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Synthea,
    Import,
    Queries,
    Commands,
    Opening,
    Verify,
}

/// What a user chose.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// Empty: all.
    phases: Vec<Phase>,
    pub(crate) synthea: Option<PathBuf>,
    pub(crate) sizes: Vec<u64>,
    pub(crate) calls: usize,
    pub(crate) seconds: u64,
    pub(crate) repeat: usize,
    pub(crate) directory: PathBuf,
    pub(crate) quorate: PathBuf,
    pub(crate) postgres: bool,
    pub(crate) keep: bool,
    pub(crate) markdown: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            phases: Vec::new(),
            synthea: None,
            sizes: vec![10_000, 100_000, 1_000_000],
            calls: 2_000,
            seconds: 10,
            repeat: 3,
            directory: PathBuf::from("target/bench-clinic"),
            quorate: PathBuf::from("target/release/quorate"),
            postgres: true,
            keep: false,
            markdown: None,
        }
    }
}

impl Options {
    /// Reads the command line.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(option) = rest.next() {
            let mut value =
                |expected| rest.next().cloned().ok_or_else(|| Failure::Usage { option: option.clone(), expected });
            match option.as_str() {
                "--help" | "-h" => return Err(Failure::Help),
                "--synthea-import" => options.phases.push(Phase::Synthea),
                "--import" => options.phases.push(Phase::Import),
                "--queries" => options.phases.push(Phase::Queries),
                "--commands" => options.phases.push(Phase::Commands),
                "--opening" => options.phases.push(Phase::Opening),
                "--verify" => options.phases.push(Phase::Verify),
                "--no-postgres" => options.postgres = false,
                "--keep" => options.keep = true,
                "--synthea" => options.synthea = Some(value("a directory is expected")?.into()),
                "--dir" => options.directory = value("a directory is expected")?.into(),
                "--quorate" => options.quorate = value("a program is expected")?.into(),
                "--markdown" => options.markdown = Some(value("a file is expected")?.into()),
                "--calls" => options.calls = number(option, &value("a number is expected")?)?,
                "--seconds" => options.seconds = number(option, &value("a number is expected")?)?,
                "--repeat" => options.repeat = number(option, &value("a number is expected")?)?,
                "--sizes" => {
                    let sizes = value("numbers are expected, with commas between them")?;
                    options.sizes = sizes.split(',').map(|size| number(option, size)).collect::<Result<_, _>>()?;
                    options.sizes.sort_unstable();
                }
                _ => return Err(Failure::Usage { option: option.clone(), expected: "no such option" }),
            }
        }
        Ok(options)
    }

    /// Whether a part is to be run.
    pub(crate) fn has(&self, phase: Phase) -> bool {
        self.phases.is_empty() || self.phases.contains(&phase)
    }
}

/// A number that is not zero.
fn number<T: std::str::FromStr + Default + PartialEq>(option: &str, text: &str) -> Result<T, Failure> {
    text.parse()
        .ok()
        .filter(|number| *number != T::default())
        .ok_or_else(|| Failure::Usage { option: option.to_owned(), expected: "a whole number above 0 is expected" })
}
