//! What the child gives up before it reads its first byte, for good.

/// Memory in bytes and processor time in seconds.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub struct Ceiling {
    pub memory_bytes: u64,
    pub cpu_seconds: u64,
}

/// Limits of the process itself: how many open files, and how long a file that it writes.
pub fn limit(ceiling: Ceiling, files: u64, file_bytes: u64) -> std::io::Result<()> {
    use rlimit::Resource;
    // Where the machine's own limit is lower already, that one stays.
    let set = |resource: Resource, most: u64| {
        let most = most.min(rlimit::getrlimit(resource)?.1);
        rlimit::setrlimit(resource, most, most)
    };
    set(Resource::AS, ceiling.memory_bytes)?;
    let cpu = (ceiling.cpu_seconds + 2).min(rlimit::getrlimit(Resource::CPU)?.1);
    rlimit::setrlimit(Resource::CPU, ceiling.cpu_seconds.min(cpu), cpu)?;
    set(Resource::FSIZE, file_bytes)?;
    set(Resource::CORE, 0)?;
    set(Resource::NOFILE, files)
}

/// Gives up files, network, processes and everything else that a parser of bytes in memory does not need; says by which
/// means. At least one of the two must hold.
#[cfg(target_os = "linux")]
pub fn confine(ceiling: Ceiling) -> Result<Vec<String>, String> {
    let mut means = Vec::new();
    if let Ok(true) = landlock_files_and_network(&[], &[]) {
        means.push("landlock".to_owned());
    }
    limit(ceiling, 3, 0).map_err(|e| format!("limits cannot be set: {e}"))?;
    means.push("rlimit".to_owned());
    match seccomp_allow_list() {
        Ok(()) => means.push("seccomp".to_owned()),
        Err(error) if means.iter().any(|m| m == "landlock") => means.push(format!("no seccomp ({error})")),
        Err(error) => return Err(format!("neither Landlock nor seccomp works on this machine ({error})")),
    }
    Ok(means)
}

#[cfg(not(target_os = "linux"))]
pub fn confine(_: Ceiling) -> Result<Vec<String>, String> {
    Err("this system has no sandbox that the program knows".into())
}

/// No file may be opened but those under `read`, on top of what is open already; no TCP, no other program, no socket. At least one of the two means must hold.
#[cfg(target_os = "linux")]
pub fn files_network_and_calls(read: &[&std::path::Path]) -> Result<(), String> {
    let enforced = landlock_files_and_network(read, &[])?;
    match seccomp_deny_list() {
        Err(error) if !enforced => Err(format!("neither Landlock nor seccomp works on this machine ({error})")),
        _ => Ok(()),
    }
}

#[cfg(not(target_os = "linux"))]
pub fn files_network_and_calls(_: &[&std::path::Path]) -> Result<(), String> {
    Err("this system has no sandbox that the program knows".into())
}

/// No file may be opened but those under `read`, nothing run but what is under `run`, nothing written and nothing made; no TCP. Returns whether the kernel enforces it.
#[cfg(target_os = "linux")]
pub fn landlock_files_and_network(read: &[&std::path::Path], run: &[&std::path::Path]) -> Result<bool, String> {
    use landlock::{
        ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
        RulesetCreatedAttr, RulesetStatus,
    };
    let rules = || -> Result<RulesetStatus, landlock::RulesetError> {
        let mut ruleset = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(ABI::V5))?
            .handle_access(AccessNet::from_all(ABI::V5))?
            .create()?;
        for (paths, access) in [(read, AccessFs::ReadFile | AccessFs::ReadDir), (run, AccessFs::from_read(ABI::V5))] {
            for path in paths {
                let Ok(fd) = PathFd::new(path) else { continue };
                let access = if path.is_dir() { access } else { access & !AccessFs::ReadDir };
                ruleset = ruleset.add_rule(PathBeneath::new(fd, access))?;
            }
        }
        Ok(ruleset.restrict_self()?.ruleset)
    };
    Ok(rules().map_err(|e| e.to_string())? != RulesetStatus::NotEnforced)
}

#[cfg(target_os = "linux")]
fn apply(
    rules: std::collections::BTreeMap<i64, Vec<seccompiler::SeccompRule>>,
    otherwise: seccompiler::SeccompAction,
    then: seccompiler::SeccompAction,
) -> Result<(), String> {
    let arch = std::env::consts::ARCH.try_into().map_err(|e: seccompiler::BackendError| e.to_string())?;
    let filter = seccompiler::SeccompFilter::new(rules, otherwise, then, arch).map_err(|e| e.to_string())?;
    let program: seccompiler::BpfProgram = filter.try_into().map_err(|e: seccompiler::BackendError| e.to_string())?;
    seccompiler::apply_filter_all_threads(&program).map_err(|e| e.to_string())
}

/// Reading, writing and memory are allowed; every other call fails as "not permitted".
#[cfg(target_os = "linux")]
fn seccomp_allow_list() -> Result<(), String> {
    use seccompiler::SeccompAction::{Allow, Errno};
    let allowed = [
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_close,
        libc::SYS_mmap,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_mprotect,
        libc::SYS_madvise,
        libc::SYS_brk,
        libc::SYS_futex,
        libc::SYS_rt_sigreturn,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_sigaltstack,
        libc::SYS_getrandom,
        libc::SYS_clock_gettime,
        libc::SYS_sched_yield,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_tgkill,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];
    let rules = allowed.into_iter().map(|call| (call, Vec::new())).collect();
    apply(rules, Errno(libc::EPERM as u32), Allow)
}

/// For a program that is not ours: what reaches the network, other processes or the kernel's insides fails.
#[cfg(target_os = "linux")]
pub fn seccomp_deny_list() -> Result<(), String> {
    use seccompiler::SeccompAction::{Allow, Errno};
    let denied = [
        libc::SYS_socket,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_mount,
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_bpf,
        libc::SYS_perf_event_open,
        libc::SYS_keyctl,
        libc::SYS_add_key,
        libc::SYS_request_key,
        libc::SYS_userfaultfd,
        libc::SYS_io_uring_setup,
        libc::SYS_kexec_load,
        libc::SYS_init_module,
        libc::SYS_finit_module,
        libc::SYS_kill,
    ];
    let rules = denied.into_iter().map(|call| (call, Vec::new())).collect();
    apply(rules, Allow, Errno(libc::EPERM as u32))
}
