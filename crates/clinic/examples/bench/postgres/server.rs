//! A `PostgreSQL` server of the bench's own: a fresh cluster in a temporary directory, reached
//! through a socket there, stopped at the end.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tokio_postgres::{Client, Config, NoTls};

use crate::failure::Failure;
use crate::machine;

/// Where Debian and its relatives keep versions, newest last; elsewhere the search path counts.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Who runs the server where the bench runs as root, which `PostgreSQL` refuses.
const SERVER_USER: &str = "postgres";
/// Beyond the defaults, which are made for very small machines. What is written is not measured
/// against the clinic, so the checkpoints are far apart.
const SETTINGS: &str = "listen_addresses = ''
shared_buffers = 1GB
effective_cache_size = 8GB
work_mem = 64MB
maintenance_work_mem = 512MB
max_wal_size = 8GB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
";

/// A running server. Stops when dropped.
pub(crate) struct Server {
    directory: tempfile::TempDir,
    programs: PathBuf,
}

impl Server {
    /// Starts a server; `None` if there is no `PostgreSQL` on this machine.
    pub(crate) fn start() -> Result<Option<Self>, Failure> {
        let Some(programs) = programs() else { return Ok(None) };
        let directory = tempfile::Builder::new()
            .prefix("quorate-bench-")
            .tempdir()
            .map_err(Failure::at("the temporary directory"))?;
        let server = Self { directory, programs };
        if is_root() {
            succeed(Command::new("chown").arg(SERVER_USER).arg(server.directory.path()))?;
        }
        let data = server.data();
        let data = data.display().to_string();
        server.run("initdb", &["-D", &data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-N"])?;
        let settings = server.data().join("postgresql.auto.conf");
        fs::write(&settings, SETTINGS).map_err(Failure::at(&settings))?;
        let socket = format!("-k {}", server.directory.path().display());
        let log = server.directory.path().join("log").display().to_string();
        server.run("pg_ctl", &["-D", &data, "-o", &socket, "-l", &log, "-w", "start"])?;
        Ok(Some(server))
    }

    /// Its version, as it says it.
    pub(crate) fn version(&self) -> String {
        let program = self.programs.join("postgres");
        machine::said(&program.display().to_string(), &["--version"]).unwrap_or_default()
    }

    /// Connects to a database; makes it first if asked to.
    pub(crate) async fn connect(&self, database: &str, make: bool) -> Result<Client, Failure> {
        if make {
            let first = self.client("postgres").await?;
            first.batch_execute(&format!("CREATE DATABASE {database}")).await?;
        }
        self.client(database).await
    }

    async fn client(&self, database: &str) -> Result<Client, Failure> {
        let mut config = Config::new();
        config.host_path(self.directory.path()).user("postgres").dbname(database);
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<(), Failure> {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", SERVER_USER, "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        succeed(command.args(arguments).current_dir(self.directory.path()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.data().display().to_string();
        if let Err(failure) = self.run("pg_ctl", &["-D", &data, "-m", "immediate", "-w", "stop"]) {
            eprintln!("{failure}");
        }
    }
}

/// The directory of the newest version's programs.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(VERSIONS)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, directory)| directory.join("initdb").is_file())
        .collect();
    versions.sort_unstable();
    let on_path = || {
        let paths = std::env::var_os("PATH")?;
        std::env::split_paths(&paths).find(|directory| directory.join("initdb").is_file())
    };
    versions.pop().map(|(_, directory)| directory).or_else(on_path)
}

fn is_root() -> bool {
    fs::metadata(Path::new("/proc/self")).is_ok_and(|metadata| metadata.uid() == 0)
}

fn succeed(command: &mut Command) -> Result<(), Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.stdout(Stdio::null()).status().map_err(Failure::at(&program))?;
    if status.success() { Ok(()) } else { Err(Failure::Program { program, code: status.code() }) }
}
