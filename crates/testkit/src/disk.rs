//! A disk that can be full, for one story.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A file system in memory of its own, ended with the story.
pub struct SmallDisk(TempDir);

impl SmallDisk {
    /// None where nothing may be mounted; that is said, so that nobody takes it for a proof.
    #[allow(clippy::print_stdout, reason = "whoever runs the test is told")]
    pub fn of(bytes: u64) -> Option<SmallDisk> {
        let folder = tempfile::tempdir().expect("a folder");
        let size = format!("size={bytes},mode=0777");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]);
        let mounted = mount.arg(folder.path()).output();
        if mounted.is_ok_and(|m| m.status.success()) {
            return Some(SmallDisk(folder));
        }
        println!("passed over: a disk of its own can be mounted by root alone");
        None
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }

    /// Takes all the room that is left.
    pub fn fill(&self) {
        let mut options = OpenOptions::new();
        let file = options.create(true).append(true).open(self.ballast());
        let mut file: File = file.expect("a file");
        for size in [1 << 16, 1 << 12] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    /// Gives the room back.
    pub fn free(&self) {
        std::fs::remove_file(self.ballast()).expect("room again");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Whoever still holds a file of it keeps nobody waiting.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
