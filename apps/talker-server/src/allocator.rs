//! How the system's allocator keeps memory.

/// From how many bytes on memory is the system's own again as soon as it is free.
#[cfg(target_env = "gnu")]
const LARGE: libc::c_int = 1_024 * 1_024;

/// How much free memory may be kept at the end of a heap: as much as glibc would by itself for this size.
#[cfg(target_env = "gnu")]
const KEPT: libc::c_int = 2 * LARGE;

/// Gives what media took back to the system.
///
/// glibc raises its threshold to the largest piece that was freed, up to 32 MiB, and takes what is smaller from its heaps from
/// then on, where large pieces leave holes (mallopt(3), `M_MMAP_THRESHOLD`). After the first large video a process then grows
/// to more than twice of what it needs.
pub fn give_back() {
    #[cfg(target_env = "gnu")]
    #[expect(unsafe_code, reason = "the allocator has no other way to be told")]
    // SAFETY: changes numbers that the allocator reads; no other thread runs yet.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT);
    }
}
