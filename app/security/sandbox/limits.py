"""What a process may use up, where the system knows such limits (Windows does not)."""

from __future__ import annotations

OPEN_FILES = 256


def limit(memory_bytes: int | None, cpu_s: int | None) -> None:
    """No more memory, no more time of the processor, no core file. Raises: OSError, ImportError."""
    import resource

    wanted = {resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: OPEN_FILES}
    if memory_bytes is not None:
        wanted[resource.RLIMIT_AS] = memory_bytes
    for kind, most in wanted.items():
        _, hard = resource.getrlimit(kind)
        most = most if hard < 0 else min(most, hard)
        resource.setrlimit(kind, (most, most))
    if cpu_s is not None:
        more_time(cpu_s)


def more_time(cpu_s: int) -> None:
    """So much time of the processor from now on, for the next of several pieces of work."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = int(used.ru_utime + used.ru_stime) + cpu_s + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard < 0 else min(most, hard), hard))
