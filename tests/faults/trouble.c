/* Trouble on order for one program: a disk that is full, read-only, broken or slow, and names that cannot be resolved.
 *
 * Preloaded (LD_PRELOAD). The file named by TROUBLE_FILE says what is wrong now, one word and perhaps a number: "none",
 * "full", "readonly", "broken", "slow 20000" (microseconds of every sync), "nodns". Only files under TROUBLE_UNDER are
 * concerned; only names that end in ".test" are resolved here, and they are this machine. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NONE, FULL, READONLY, BROKEN, SLOW, NODNS };

static int now(long *number)
{
    const char *path = getenv("TROUBLE_FILE");
    char text[64] = "";
    if (!path) return NONE;
    int fd = (int) syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
    if (fd < 0) return NONE;
    long got = syscall(SYS_read, fd, text, sizeof text - 1);
    syscall(SYS_close, fd);
    if (got <= 0) return NONE;
    if (!strncmp(text, "slow ", 5)) { *number = atol(text + 5); return SLOW; }
    if (!strncmp(text, "full", 4)) return FULL;
    if (!strncmp(text, "readonly", 8)) return READONLY;
    if (!strncmp(text, "broken", 6)) return BROKEN;
    if (!strncmp(text, "nodns", 5)) return NODNS;
    return NONE;
}

static int concerns(const char *path)
{
    const char *under = getenv("TROUBLE_UNDER");
    return under && path && !strncmp(path, under, strlen(under));
}

static int concerns_fd(int fd)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return concerns(path);
}

static int write_error(int fd)
{
    long number;
    int trouble = now(&number);
    if (trouble == NONE || trouble >= SLOW || !concerns_fd(fd)) return 0;
    return trouble == FULL ? ENOSPC : trouble == READONLY ? EROFS : EIO;
}

static int name_error(const char *path)
{
    long number;
    int trouble = now(&number);
    if ((trouble != READONLY && trouble != FULL) || !concerns(path)) return 0;
    return trouble == FULL ? ENOSPC : EROFS;
}

#define REAL(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))
#define FAIL(code) do { int wrong = (code); if (wrong) { errno = wrong; return -1; } } while (0)

ssize_t write(int fd, const void *data, size_t size) { FAIL(write_error(fd)); return REAL(write)(fd, data, size); }
ssize_t writev(int fd, const struct iovec *data, int n) { FAIL(write_error(fd)); return REAL(writev)(fd, data, n); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { FAIL(write_error(fd)); return REAL(pwrite)(fd, data, size, at); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { FAIL(write_error(fd)); return REAL(pwrite64)(fd, data, size, at); }
int ftruncate(int fd, off_t size) { FAIL(write_error(fd)); return REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { FAIL(write_error(fd)); return REAL(ftruncate64)(fd, size); }

static int sync_error(int fd)
{
    long number;
    int trouble = now(&number);
    if (trouble == SLOW && concerns_fd(fd)) usleep((useconds_t) number);
    return trouble == BROKEN && concerns_fd(fd) ? EIO : 0;
}

int fsync(int fd) { FAIL(sync_error(fd)); return REAL(fsync)(fd); }
int fdatasync(int fd) { FAIL(sync_error(fd)); return REAL(fdatasync)(fd); }

#define OPEN(name)                                                              \
    int name(const char *path, int flags, ...)                                  \
    {                                                                           \
        va_list rest;                                                           \
        va_start(rest, flags);                                                  \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                                           \
        long number;                                                            \
        int trouble = now(&number);                                             \
        if (trouble == READONLY && (flags & (O_WRONLY | O_RDWR | O_CREAT)) && concerns(path)) FAIL(EROFS); \
        if (trouble == FULL && (flags & O_CREAT) && concerns(path) && access(path, F_OK)) FAIL(ENOSPC);    \
        return REAL(name)(path, flags, mode);                                   \
    }
OPEN(open)
OPEN(open64)

int mkdir(const char *path, mode_t mode) { FAIL(name_error(path)); return REAL(mkdir)(path, mode); }
int rename(const char *from, const char *to) { FAIL(name_error(to)); return REAL(rename)(from, to); }

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    size_t length = name ? strlen(name) : 0;
    if (length < 5 || strcmp(name + length - 5, ".test")) return REAL(getaddrinfo)(name, service, hints, found);
    long number;
    if (now(&number) == NODNS) return EAI_AGAIN;
    return REAL(getaddrinfo)("127.0.0.1", service, hints, found);
}
