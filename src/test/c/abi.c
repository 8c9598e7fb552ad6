/* Holds the numbers of the exporter's system calls against the headers of a processor, when it is
 * compiled: each SAME is the name of a number in Java, behind JAVA_, and what it is in C.
 */
#define _GNU_SOURCE
#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/termios.h>
#include <asm/unistd.h>
#include <dirent.h>
#include <linux/capability.h>
#include <linux/fadvise.h>
#include <linux/fcntl.h>
#include <linux/ioprio.h>
#include <linux/mman.h>
#include <linux/poll.h>
#include <linux/resource.h>
#include <linux/stat.h>
#include <stddef.h>
#include <sys/stat.h>

#define SAME(name, value) _Static_assert(JAVA_##name == (value), #name " is " #value)

SAME(Abi_read, __NR_read);
SAME(Abi_pread64, __NR_pread64);
SAME(Abi_close, __NR_close);
SAME(Abi_lseek, __NR_lseek);
SAME(Abi_getdents64, __NR_getdents64);
SAME(Abi_openat, __NR_openat);
SAME(Abi_readlinkat, __NR_readlinkat);
SAME(Abi_statx, __NR_statx);
SAME(Abi_setpriority, __NR_setpriority);
SAME(Abi_ioprioSet, __NR_ioprio_set);
SAME(Abi_lgetxattr, __NR_lgetxattr);
SAME(Abi_ioctl, __NR_ioctl);
SAME(Abi_ppoll, __NR_ppoll);
SAME(Abi_fcntl, __NR_fcntl);
SAME(Abi_fadvise64, __NR_fadvise64);
SAME(Abi_directFlag, O_DIRECT);
SAME(Abi_directoryFlag, O_DIRECTORY);
SAME(Abi_noFollowFlag, O_NOFOLLOW);

/* Headers before Linux 6.5 do not have it. From 424 on, all processors have the same numbers. */
#ifndef __NR_cachestat
#define __NR_cachestat (__NR_pidfd_send_signal + 27)
struct cachestat_range {
	__u64 off, len;
};
struct cachestat {
	__u64 nr_cache, nr_dirty, nr_writeback, nr_evicted, nr_recently_evicted;
};
#endif
SAME(Abi_cachestat, __NR_cachestat);
SAME(Buffers_CACHE_RANGE, sizeof(struct cachestat_range));
SAME(Buffers_CACHE_ANSWER, sizeof(struct cachestat));

SAME(Kernel_WORKING_DIRECTORY, AT_FDCWD);
SAME(Kernel_EPERM, EPERM);
SAME(Kernel_ENOENT, ENOENT);
SAME(Kernel_EINTR, EINTR);
SAME(Kernel_ENOMEM, ENOMEM);
SAME(Kernel_EACCES, EACCES);
SAME(Kernel_ENOTDIR, ENOTDIR);
SAME(Kernel_EINVAL, EINVAL);
SAME(Kernel_ENFILE, ENFILE);
SAME(Kernel_EMFILE, EMFILE);
SAME(Kernel_ELOOP, ELOOP);
SAME(Kernel_ENODATA, ENODATA);
SAME(Kernel_EOPNOTSUPP, EOPNOTSUPP);
SAME(Kernel_O_NONBLOCK, O_NONBLOCK);
SAME(Kernel_O_CLOEXEC, O_CLOEXEC);
SAME(Kernel_AT_SYMLINK_NOFOLLOW, AT_SYMLINK_NOFOLLOW);
SAME(Kernel_AT_NO_AUTOMOUNT, AT_NO_AUTOMOUNT);
SAME(Kernel_AT_EMPTY_PATH, AT_EMPTY_PATH);
SAME(Kernel_TIOCGWINSZ, TIOCGWINSZ);
SAME(Kernel_F_SETFL, F_SETFL);
SAME(Kernel_POSIX_FADV_DONTNEED, POSIX_FADV_DONTNEED);
SAME(Kernel_STATX_ALL, STATX_BASIC_STATS | STATX_BTIME);
SAME(Kernel_PRIO_PROCESS, PRIO_PROCESS);
SAME(Kernel_IOPRIO_WHO_PROCESS, IOPRIO_WHO_PROCESS);
SAME(Kernel_IOPRIO_LOWEST_BEST_EFFORT, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, IOPRIO_BE_NR - 1));
SAME(Kernel_IOPRIO_IDLE, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0));
SAME(Attributes_CAP_SYS_ADMIN, CAP_SYS_ADMIN);

SAME(StatusBuffer_SIZE, sizeof(struct statx));
SAME(StatusBuffer_ATTRIBUTES, offsetof(struct statx, stx_attributes));
SAME(StatusBuffer_LINKS, offsetof(struct statx, stx_nlink));
SAME(StatusBuffer_OWNER, offsetof(struct statx, stx_uid));
SAME(StatusBuffer_GROUP, offsetof(struct statx, stx_gid));
SAME(StatusBuffer_MODE, offsetof(struct statx, stx_mode));
SAME(StatusBuffer_INODE, offsetof(struct statx, stx_ino));
SAME(StatusBuffer_BYTES, offsetof(struct statx, stx_size));
SAME(StatusBuffer_BLOCKS, offsetof(struct statx, stx_blocks));
SAME(StatusBuffer_BORN, offsetof(struct statx, stx_btime));
SAME(StatusBuffer_CHANGED, offsetof(struct statx, stx_ctime));
SAME(StatusBuffer_MODIFIED, offsetof(struct statx, stx_mtime));
SAME(StatusBuffer_MAJOR_OF_DEVICE, offsetof(struct statx, stx_rdev_major));
SAME(StatusBuffer_MINOR_OF_DEVICE, offsetof(struct statx, stx_rdev_minor));
SAME(StatusBuffer_MAJOR, offsetof(struct statx, stx_dev_major));
SAME(StatusBuffer_MINOR, offsetof(struct statx, stx_dev_minor));
SAME(StatusBuffer_NANOS, offsetof(struct statx_timestamp, tv_nsec));
SAME(StatusBuffer_ATTRIBUTE_MOUNT_ROOT, STATX_ATTR_MOUNT_ROOT);

/* The C library's structure is the kernel's struct linux_dirent64, which no header has. */
SAME(EntryBuffer_INODE, offsetof(struct dirent64, d_ino));
SAME(EntryBuffer_FOLLOWING, offsetof(struct dirent64, d_off));
SAME(EntryBuffer_LENGTH, offsetof(struct dirent64, d_reclen));
SAME(EntryBuffer_KIND, offsetof(struct dirent64, d_type));
SAME(EntryBuffer_NAME, offsetof(struct dirent64, d_name));
SAME(EntryBuffer_KIND_UNKNOWN, DT_UNKNOWN);
SAME(EntryBuffer_KIND_DIRECTORY, DT_DIR);

SAME(FileKind_FORMAT_MASK, S_IFMT);
SAME(FileKind_FIFO, S_IFIFO);
SAME(FileKind_CHARACTER_DEVICE, S_IFCHR);
SAME(FileKind_DIRECTORY_FORMAT, S_IFDIR);
SAME(FileKind_BLOCK_DEVICE, S_IFBLK);
SAME(FileKind_REGULAR_FORMAT, S_IFREG);
SAME(FileKind_LINK_FORMAT, S_IFLNK);
SAME(FileKind_SOCKET, S_IFSOCK);

SAME(OutputDescriptor_COLUMNS_OFFSET, offsetof(struct winsize, ws_col));
SAME(OutputDescriptor_RETURNED_EVENTS_OFFSET, offsetof(struct pollfd, revents));
SAME(OutputDescriptor_POLLERR, POLLERR);
SAME(Scratch_POLL_EVENTS, offsetof(struct pollfd, events));
SAME(Scratch_POLL_SIZE, sizeof(struct pollfd));
