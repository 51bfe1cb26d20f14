//! What a stage took: time, processor time and memory, as the system counts them for this process.

use std::time::Instant;

/// Ticks of `/proc/self/stat` in a second: the same on every Linux that we build for.
const TICKS: f64 = 100.0;

/// One stage.
#[derive(Debug, Clone, Default)]
pub(crate) struct Took {
    pub(crate) stage: String,
    pub(crate) cpu: f64,
    pub(crate) wall: f64,
    /// Resident at the end, and at the most while it ran, in MB.
    pub(crate) resident: f64,
    pub(crate) peak: f64,
}

impl Took {
    /// One line, as a child prints it for its parent.
    pub(crate) fn line(&self) -> String {
        format!("{} {} {} {} {}", self.stage, self.cpu, self.wall, self.resident, self.peak)
    }

    pub(crate) fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let stage = words.next()?.to_owned();
        let mut number = || words.next()?.parse::<f64>().ok();
        Some(Self { stage, cpu: number()?, wall: number()?, resident: number()?, peak: number()? })
    }
}

/// A stage under way.
#[derive(Debug)]
pub(crate) struct Meter {
    stage: &'static str,
    cpu: f64,
    start: Instant,
}

impl Meter {
    pub(crate) fn start(stage: &'static str) -> Self {
        // Sets the peak back to what is resident now.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        Self { stage, cpu: cpu(), start: Instant::now() }
    }

    pub(crate) fn stop(self) -> Took {
        Took {
            stage: self.stage.to_owned(),
            cpu: cpu() - self.cpu,
            wall: self.start.elapsed().as_secs_f64(),
            resident: memory("VmRSS:"),
            peak: memory("VmHWM:"),
        }
    }
}

/// Processor seconds of all threads so far.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let field = |n| after.split_whitespace().nth(n).and_then(|t: &str| t.parse::<f64>().ok()).unwrap_or(0.0);
    (field(11) + field(12)) / TICKS
}

fn memory(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with(name)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
