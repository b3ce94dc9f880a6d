//! A machine with little memory, as far as one process is concerned: it is killed if it takes more.

use std::fs;
use std::path::PathBuf;

/// A control group. It is gone when this is dropped, after the process in it.
pub(super) struct Confinement {
    folder: PathBuf,
}

impl Confinement {
    /// Gives a process no more than so many bytes, where whoever runs the tests may do that (cgroups(7)): root, mostly.
    pub(super) fn of(process: u32, bytes: usize) -> Option<Self> {
        for (parent, limit) in
            [("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")]
        {
            let confinement = Self { folder: PathBuf::from(parent).join(format!("talker-{process}")) };
            let confined = fs::create_dir(&confinement.folder)
                .and_then(|()| fs::write(confinement.folder.join(limit), bytes.to_string()))
                .and_then(|()| fs::write(confinement.folder.join("cgroup.procs"), process.to_string()));
            if confined.is_ok() {
                return Some(confinement);
            }
        }
        None
    }
}

impl Drop for Confinement {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.folder);
    }
}
