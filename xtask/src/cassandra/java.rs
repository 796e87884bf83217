//! The JVM and the Maven that a Cassandra needs, and the jars that Maven fetches.
//!
//! Cassandra 5.0 runs on Java 11 and 17 only (`bin/cassandra.in.sh`), so a newer default JVM counts as absent.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::VERSION;

/// The programs found on this machine.
#[derive(Debug)]
pub(crate) struct Tools {
    java: PathBuf,
    java_version: u32,
}

impl Tools {
    /// Looks for a usable JVM and for Maven; `None` where either is missing.
    pub(crate) fn find() -> Option<Self> {
        let maven = Command::new("mvn").arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !maven.is_ok_and(|status| status.success()) {
            return None;
        }
        let (java, java_version) = java_candidates().into_iter().find_map(|java| {
            let version = java_version(&java)?;
            matches!(version, 11 | 17).then_some((java, version))
        })?;
        Some(Self { java, java_version })
    }

    /// A command that starts the JVM.
    pub(crate) fn java(&self) -> Command {
        Command::new(&self.java)
    }

    /// The JVM's major version.
    pub(crate) fn java_version(&self) -> u32 {
        self.java_version
    }
}

/// Fetches Cassandra's jars into `directory` unless they are there.
///
/// Maven writes beside the final place and the directory is renamed when complete, so an interrupted fetch leaves nothing that looks whole.
pub(super) fn fetch_jars(directory: &Path) -> Result<()> {
    if directory.join(format!("apache-cassandra-{VERSION}")).exists() {
        return Ok(());
    }
    let partial = directory.with_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).with_context(|| format!("cannot remove {}", partial.display()))?;
    }
    fs::create_dir_all(&partial).with_context(|| format!("cannot make {}", partial.display()))?;
    let pom = partial.join("pom.xml");
    fs::write(&pom, pom_text()).with_context(|| format!("cannot write {}", pom.display()))?;
    eprintln!("fetching Cassandra {VERSION} with Maven");
    let status = Command::new("mvn")
        .args(["-q", "-B", "-f"])
        .arg(&pom)
        .args(["dependency:copy-dependencies", "-DincludeScope=runtime"])
        .arg(format!("-DoutputDirectory={}", partial.display()))
        .stdin(Stdio::null())
        .status()
        .context("cannot run mvn")?;
    if !status.success() {
        bail!("mvn could not fetch org.apache.cassandra:cassandra-all:{VERSION}");
    }
    fs::write(partial.join(format!("apache-cassandra-{VERSION}")), "").context("cannot mark the jars as complete")?;
    if directory.exists() {
        fs::remove_dir_all(directory).with_context(|| format!("cannot remove {}", directory.display()))?;
    }
    fs::rename(&partial, directory).with_context(|| format!("cannot rename {}", partial.display()))
}

fn pom_text() -> String {
    format!(
        r#"<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>quorate</groupId>
  <artifactId>cassandra-for-tests</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.cassandra</groupId>
      <artifactId>cassandra-all</artifactId>
      <version>{VERSION}</version>
    </dependency>
  </dependencies>
</project>
"#
    )
}

fn java_candidates() -> Vec<PathBuf> {
    let mut candidates = Vec::new();
    if let Some(home) = std::env::var_os("JAVA_HOME") {
        candidates.push(Path::new(&home).join("bin/java"));
    }
    candidates.push(PathBuf::from("java"));
    let installed = fs::read_dir("/usr/lib/jvm").into_iter().flatten().flatten();
    let mut installed: Vec<PathBuf> = installed.map(|entry| entry.path().join("bin/java")).collect();
    installed.sort();
    candidates.extend(installed);
    candidates
}

fn java_version(java: &Path) -> Option<u32> {
    let output = Command::new(java).arg("-version").stdin(Stdio::null()).output().ok()?;
    parse_version(&String::from_utf8_lossy(&output.stderr))
}

/// Reads the major version from what `java -version` prints: `openjdk version "17.0.15" 2025-04-15`.
fn parse_version(text: &str) -> Option<u32> {
    let quoted = text.split('"').nth(1)?;
    let major = quoted.split(['.', '-', '+']).next()?;
    major.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn the_major_version_is_read_from_each_vendors_line() {
        assert_eq!(parse_version("openjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime"), Some(17));
        assert_eq!(parse_version("java version \"1.8.0_392\""), Some(1));
        assert_eq!(parse_version("openjdk version \"21-ea\" 2023-09-19"), Some(21));
        assert_eq!(parse_version("command not found"), None);
    }
}
