/* Loaded into a program that qemu-user runs: keeps every program that it starts under qemu, too.
 *
 * On the same architecture qemu-user lets execve start the new program on the real processor; the
 * bootloader of a one-file program starts itself in this way. EMULATOR names qemu's own path,
 * EMULATED the processor. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>

extern char **environ;

typedef int (*Execve)(const char *path, char *const arguments[], char *const environment[]);

int execve(const char *path, char *const arguments[], char *const environment[])
{
    Execve next = (Execve)dlsym(RTLD_NEXT, "execve");
    char *prefix[] = {"qemu", "-cpu", getenv("EMULATED"), "-0", arguments[0], (char *)path};
    size_t before = sizeof prefix / sizeof *prefix, count = 0;
    while (arguments[count])
        count++;
    char **command = calloc(before + count, sizeof *command);
    for (size_t at = 0; at < before; at++)
        command[at] = prefix[at];
    for (size_t at = 1; at < count; at++)
        command[before + at - 1] = arguments[at];
    return next(getenv("EMULATOR"), command, environment);
}

int execv(const char *path, char *const arguments[])
{
    return execve(path, arguments, environ);
}

int execvp(const char *path, char *const arguments[])
{
    return execve(path, arguments, environ);
}
