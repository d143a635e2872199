//! Servers as processes of their own, and what they use: processor time and memory, as Linux counts them.

use std::{
    ffi::OsStr,
    fs, io,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Longer than any of them takes to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// Linux counts processor time in hundredths of a second, on every machine.
const TICKS_A_SECOND: f64 = 100.0;

/// Killed when dropped.
pub struct Server {
    pub addr: SocketAddr,
    child: Child,
}

/// The programs that are measured.
pub struct Programs {
    pub brooklet: PathBuf,
    pub proxy: PathBuf,
}

impl Programs {
    /// Brooklet with its data in `folder` and the upstream as its model.
    pub fn brooklet(&self, folder: &Path, upstream: &str) -> io::Result<Server> {
        let addr = free()?;
        let mut command = Command::new(&self.brooklet);
        // Nothing of the machine's own settings may reach it.
        command
            .env_clear()
            .env("HOME", folder)
            .env("BROOKLET_ADDR", addr.to_string())
            .env("BROOKLET_DATA_DIR", folder)
            .env("BROOKLET_LOCAL_PORTS", "off")
            .env("BROOKLET_LOG", "warn")
            // A title asked of the model is a request that is no reply.
            .env("BROOKLET_TITLES", "words")
            .env("OPENAI_BASE_URL", upstream);
        Server::start(command, addr)
    }

    pub fn proxy(&self, upstream: &str) -> io::Result<Server> {
        let addr = free()?;
        let mut command = Command::new(&self.proxy);
        command.arg(addr.port().to_string()).arg(upstream);
        Server::start(command, addr)
    }
}

impl Server {
    /// A program that is told its port last.
    pub fn peer(program: impl AsRef<OsStr>, argument: Option<&Path>) -> io::Result<Self> {
        let addr = free()?;
        let mut command = Command::new(program);
        command.args(argument).arg(addr.port().to_string());
        Self::start(command, addr)
    }

    fn start(mut command: Command, addr: SocketAddr) -> io::Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let mut server = Self { addr, child };
        let began = Instant::now();
        while TcpStream::connect(addr).is_err() {
            if let Some(status) = server.child.try_wait()? {
                return Err(io::Error::other(format!("{command:?} ended: {status}")));
            }
            if began.elapsed() > PATIENCE {
                return Err(io::Error::other(format!("{command:?} does not listen at {addr}")));
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(server)
    }

    /// Processor time so far, of user and system, in seconds.
    pub fn cpu(&self) -> io::Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // Behind the program's name, which may hold anything, the twelfth and the thirteenth.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
        Ok(fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS_A_SECOND)
    }

    /// Resident memory, in KiB.
    pub fn memory(&self) -> io::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let size = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        size.ok_or_else(|| io::Error::other("the system does not tell its memory"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that was free a moment ago.
fn free() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
