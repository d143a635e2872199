//! A disk that fills while replies run, and empties again: a small tmpfs in a namespace of its own, where the system allows it.

use crate::{
    plan::Manner,
    reader::{Door, Reader, Stream},
    server::{Server, Starting, client, settings, soon},
};
use app::wire::{Sent, Status};
use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};
use tokio::sync::watch;
use upstream::{River, Upstream};

/// Room for what the server makes at its start, and for some seconds of replies.
const SIZE: &str = "size=64m";

/// Keeps the namespace, and the disk in it, while servers come and go.
struct Disk {
    keeper: Child,
    folder: PathBuf,
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}

impl Disk {
    /// None where the system does not allow it.
    fn mount(folder: &Path) -> Option<Self> {
        let script = r#"mount -t tmpfs -o "$1" tmpfs "$2" && echo mounted && exec cat"#;
        let mut keeper = Command::new("unshare");
        keeper.args(["-rm", "sh", "-c", script, "sh", SIZE]).arg(folder);
        keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut disk = Self { keeper: keeper.spawn().ok()?, folder: folder.into() };
        let mut told = String::new();
        let out = disk.keeper.stdout.take().expect("its output is piped");
        std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut told).ok()?;
        (told == "mounted\n" && disk.inside().metadata().is_ok()).then_some(disk)
    }

    /// The folder as it is seen in there.
    fn inside(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.keeper.id()));
        root.join(self.folder.strip_prefix("/").expect("it is absolute"))
    }

    fn ballast(&self) -> PathBuf {
        self.inside().join("ballast")
    }

    /// Until there is no room for one byte more.
    fn fill(&self) {
        let mut ballast = File::create(self.ballast()).expect("there is room for an empty file");
        for size in [1 << 20, 1 << 10, 1] {
            while ballast.write(&vec![0; size]).is_ok() {}
        }
    }

    fn empty(&self) {
        fs::remove_file(self.ballast()).expect("it is there");
    }

    fn start(&self, upstream: &Upstream) -> Starting {
        let keeper = self.keeper.id().to_string();
        let mut command = Command::new("nsenter");
        command.args(["--preserve-credentials", "-U", "-m", "-t", &keeper, env!("CARGO_BIN_EXE_brooklet")]);
        settings(&mut command, &self.folder, &upstream.url(), "127.0.0.1:0");
        if let Ok(path) = std::env::var("PATH") {
            command.env("PATH", path);
        }
        Starting::spawn(command, self.folder.with_extension("log"))
    }
}

/// Replies that run together, and who reads them.
struct Replies {
    door: watch::Sender<Door>,
    running: Vec<(Sent, River, Reader)>,
}

impl Replies {
    fn open(&self, server: &Server) {
        self.door.send_modify(|door| {
            door.url = server.url.clone();
            door.life += 1;
        });
    }

    async fn begin(&mut self, server: &Server, names: std::ops::Range<usize>) {
        for name in names {
            let river = River { name: name.to_string(), thoughts: 0, tokens: 600, per_second: 150 };
            let sent = server.send(&river.to_string()).await;
            let reader = Reader::start(sent, Stream::Conversation, Manner::Steady, self.door.subscribe(), client());
            self.running.push((sent, river, reader));
        }
    }

    /// Fills the disk as soon as each reply has shown something, and waits until readers are told of it.
    async fn meet_a_full_disk(&self, disk: &Disk) {
        for (_, _, reader) in &self.running {
            soon("the first text", reader.until(|seen| seen.shown.bytes() > 0)).await;
        }
        disk.fill();
        for (_, _, reader) in &self.running {
            soon("trouble", reader.until(|seen| seen.troubles > 0)).await;
        }
    }

    /// All of them end; gives how, having compared what is stored with what was said and shown.
    async fn ends(&mut self, server: &Server) -> Vec<Status> {
        let mut ends = Vec::new();
        for (sent, river, reader) in self.running.drain(..) {
            let is_over = |status: Status| !status.is_running();
            soon("the end", reader.until(|seen| seen.held.as_ref().is_some_and(|held| is_over(held.status)))).await;
            let page = server.page(sent).await.expect("it is there");
            let stored = page.messages.last().expect("a reply");
            let seen = reader.seen();
            let faults = seen.shown.faults;
            assert_eq!((seen.shown.lost(stored), faults, seen.resets), (0, Default::default(), 0), "{reader:?}");
            assert_eq!(seen.held.as_ref().map(|held| held.text()), Some(stored.text()));
            assert!(river.text().starts_with(&stored.text()));
            if stored.status == Status::Complete {
                assert_eq!(stored.text(), river.text());
            }
            ends.push(stored.status);
        }
        ends
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_go_on_whole_when_a_full_disk_has_room_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("disk");
    fs::create_dir(&data).unwrap();
    let Some(disk) = Disk::mount(&data) else {
        println!("not tested: this system allows no file systems in namespaces of one's own (`unshare -rm`)");
        return;
    };
    let upstream = Upstream::start().await;
    let server = disk.start(&upstream).serves().await.unwrap();
    let mut replies = Replies { door: watch::Sender::default(), running: Vec::new() };
    replies.open(&server);

    replies.begin(&server, 0..8).await;
    replies.meet_a_full_disk(&disk).await;
    disk.empty();
    assert_eq!(replies.ends(&server).await, [Status::Complete; 8]);

    // Killed while there is no room. The next start may still meet the full disk, or the one with room.
    replies.begin(&server, 8..16).await;
    replies.meet_a_full_disk(&disk).await;
    server.kill();
    let starting = disk.start(&upstream);
    disk.empty();
    let server = starting.serves().await.unwrap();
    replies.open(&server);
    let ends = replies.ends(&server).await;
    assert!(ends.iter().all(|end| matches!(end, Status::Interrupted | Status::Complete)), "{ends:?}");
}
