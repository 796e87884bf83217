//! What the figures were measured on, and how much memory this process took.

use std::fs;
use std::path::Path;
use std::process::Command;

/// `USER_HZ`, which Linux fixed for its interfaces.
const TICKS_PER_SECOND: f64 = 100.0;

/// The most memory that this process ever had resident, in bytes; 0 where the system does not tell.
pub(crate) fn peak_memory() -> u64 {
    status_kib("VmHWM:") * 1_024
}

/// The memory that this process has resident now, in bytes; 0 where the system does not tell.
pub(crate) fn memory() -> u64 {
    status_kib("VmRSS:") * 1_024
}

/// The processor time that this process has used, in seconds: on a machine that others use too, this
/// says more than the time that passed.
pub(crate) fn processor_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name, in parentheses, may hold spaces. User and system time are fields 14 and 15 (proc(5)).
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u32 = rest.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u32>().ok()).sum();
    f64::from(ticks) / TICKS_PER_SECOND
}

/// The bytes that this process has given to the disk, whether or not they have arrived there.
pub(crate) fn written() -> u64 {
    let io = fs::read_to_string("/proc/self/io").unwrap_or_default();
    io.lines().find_map(|line| line.strip_prefix("write_bytes:")?.trim().parse().ok()).unwrap_or(0)
}

/// The bytes of all files below a directory.
pub(crate) fn size_of(directory: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(directory) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size_of(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

/// Processors, memory, kernel and file system, as a line.
pub(crate) fn description(directory: &Path) -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let model = first_value("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let memory = first_value("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok())
        .map_or(0, |kib| kib / (1 << 20));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let file_system = said("stat", &["-f", "-c", "%T", &directory.display().to_string()]);
    format!(
        "{cores} cores ({model}), {memory} GiB of memory, {} {}, file system {}",
        std::env::consts::OS,
        kernel.trim(),
        file_system.as_deref().unwrap_or("unknown")
    )
}

/// The load of the last minute, which says whether others used the machine.
pub(crate) fn load() -> String {
    fs::read_to_string("/proc/loadavg")
        .ok()
        .and_then(|text| text.split_whitespace().next().map(str::to_owned))
        .unwrap_or_else(|| "unknown".to_owned())
}

/// The first line of what a program prints.
pub(crate) fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().map(str::to_owned)
}

fn status_kib(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

fn first_value(path: &str, field: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(field))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
