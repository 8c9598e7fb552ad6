/* Opens and reads the metadata of one image store, as the exporter's first scan does, and nothing
 * else: what the operating system alone costs.
 *
 *   read_store DATA_ROOT GRAPH_DRIVER
 *   read_store DATA_ROOT GRAPH_DRIVER stat
 *   read_store DATA_ROOT containerd
 *   read_store DATA_ROOT containerd stat
 *
 * With "stat" it reads nothing, and asks only for the status of the same files, as a scan of a
 * store does that has not changed.
 *
 * Of a graph driver's store it reads repositories.json, every image's configuration, every layer's
 * diff, size, cache-id and parent, its directory's link and lower, every symbolic link in the
 * driver's l. It lists the stores' directories and the driver's home, and looks up each layer's
 * tar-split.json.gz and diff.
 *
 * Of containerd's store it reads both databases and every small blob, the documents; it lists the
 * blobs, the downloads and the snapshots of overlayfs, and looks up each of them and each fs.
 *
 * Prints one line: layers, images (of containerd: documents), files, bytes, CPU and wall seconds.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* No layer's blob is as small, no document as large. */
#define DOCUMENT (64 << 10)

static char content[256 << 20];
static long layers, images, files, bytes;

static double seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* Reads the whole of a file into content, with a zero behind it; -1 if it is not there. */
static ssize_t read_file(int directory, const char *name)
{
	ssize_t length = 0, more;
	int file = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (file < 0) {
		if (errno == ENOENT)
			return -1;
		err(1, "%s", name);
	}
	while ((more = read(file, content + length, sizeof content - 1 - length)) > 0)
		length += more;
	if (more < 0)
		err(1, "%s", name);
	close(file);
	content[length] = 0;
	files++;
	bytes += length;
	return length;
}

static void require_file(int directory, const char *name)
{
	if (read_file(directory, name) < 0)
		errx(1, "%s: not there", name);
}

static int open_directory(int parent, const char *name)
{
	int directory = openat(parent, name, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW);

	if (directory < 0)
		err(1, "%s", name);
	return directory;
}

/* Asks for the status of a file; its size, or -1 if it is not there. */
static off_t size_of(int directory, const char *name)
{
	struct stat status;

	files++;
	if (!fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW))
		return status.st_size;
	if (errno != ENOENT)
		err(1, "%s", name);
	return -1;
}

/* Whether a file is there. */
static int look_up(int directory, const char *name)
{
	return size_of(directory, name) >= 0;
}

static void require(int directory, const char *name)
{
	if (!look_up(directory, name))
		errx(1, "%s: not there", name);
}

static void read_layer(int layers, const char *name, int driver_home)
{
	int layer = open_directory(layers, name), own;

	require_file(layer, "diff");
	require_file(layer, "size");
	read_file(layer, "parent");
	require(layer, "tar-split.json.gz");
	require_file(layer, "cache-id");
	close(layer);
	own = open_directory(driver_home, content);
	require(own, "diff");
	require_file(own, "link");
	read_file(own, "lower");
	close(own);
}

static void stat_layer(int layers, const char *name, int unused)
{
	static const char *const names[] = { "diff", "size", "cache-id", "parent", "tar-split.json.gz" };
	int layer = open_directory(layers, name);

	(void)unused;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		look_up(layer, names[i]);
	close(layer);
}

static void stat_directory(int home, const char *name, int unused)
{
	int own;

	(void)unused;
	if (!strcmp(name, "l"))
		return;
	own = open_directory(home, name);
	look_up(own, "diff");
	look_up(own, "link");
	look_up(own, "lower");
	close(own);
}

static void stat_file(int directory, const char *name, int metadata)
{
	look_up(directory, name);
	look_up(metadata, name);
}

static void read_link(int links, const char *name, int unused)
{
	(void)unused;
	if (readlinkat(links, name, content, sizeof content) < 0)
		err(1, "%s", name);
}

static void read_config(int configs, const char *name, int unused)
{
	(void)unused;
	require_file(configs, name);
}

static void ignore(int directory, const char *name, int unused)
{
	(void)directory, (void)name, (void)unused;
}

/* Calls visit for each entry of a directory, which need not be there; says how many there are. */
static long each(int root, const char *path, void (*visit)(int, const char *, int), int context)
{
	int directory = openat(root, path, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	struct dirent *entry;
	long count = 0;
	DIR *stream;

	if (directory < 0) {
		if (errno == ENOENT)
			return 0;
		err(1, "%s", path);
	}
	stream = fdopendir(directory);
	while ((entry = readdir(stream))) {
		if (entry->d_name[0] == '.')
			continue;
		visit(directory, entry->d_name, context);
		count++;
	}
	closedir(stream);
	return count;
}

static void read_blob(int blobs, const char *name, int unused)
{
	(void)unused;
	if (size_of(blobs, name) <= DOCUMENT) {
		require_file(blobs, name);
		images++;
	}
}

static void stat_entry(int directory, const char *name, int unused)
{
	(void)unused;
	require(directory, name);
}

static void read_snapshot(int snapshots, const char *name, int unused)
{
	int own;

	(void)unused;
	require(snapshots, name);
	own = open_directory(snapshots, name);
	require(own, "fs");
	close(own);
}

static void graph_driver_store(int root, const char *driver, int stats)
{
	char image_home[256];
	int home, driver_home;

	snprintf(image_home, sizeof image_home, "image/%s", driver);
	home = open_directory(root, image_home);
	driver_home = open_directory(root, driver);
	each(root, "containers", ignore, 0);
	each(home, "layerdb/mounts", ignore, 0);
	each(home, "imagedb/metadata/sha256", ignore, 0);
	if (stats) {
		require(home, "repositories.json");
		images = each(home, "imagedb/content/sha256", stat_file,
			      open_directory(home, "imagedb/metadata/sha256"));
		layers = each(home, "layerdb/sha256", stat_layer, 0);
		each(root, driver, stat_directory, 0);
		require(driver_home, "l");
	} else {
		require_file(home, "repositories.json");
		images = each(home, "imagedb/content/sha256", read_config, 0);
		layers = each(home, "layerdb/sha256", read_layer, driver_home);
		each(root, driver, ignore, 0);
		each(driver_home, "l", read_link, 0);
	}
}

static void containerd_store(int root, int stats)
{
	void (*database)(int, const char *) = stats ? require : require_file;
	int home = open_directory(root, "containerd/daemon");

	database(home, "io.containerd.metadata.v1.bolt/meta.db");
	database(home, "io.containerd.snapshotter.v1.overlayfs/metadata.db");
	each(root, "containers", ignore, 0);
	each(home, "io.containerd.content.v1.content/ingest", ignore, 0);
	each(home, "io.containerd.content.v1.content/blobs/sha256", stats ? stat_entry : read_blob,
	     0);
	layers = each(home, "io.containerd.snapshotter.v1.overlayfs/snapshots",
		      stats ? stat_entry : read_snapshot, 0);
}

int main(int argc, char **argv)
{
	double wall = seconds(CLOCK_MONOTONIC);
	int root, stats;

	stats = argc == 4 && !strcmp(argv[3], "stat");
	if (argc != 3 && !stats)
		errx(2, "usage: read_store DATA_ROOT GRAPH_DRIVER|containerd [stat]");
	root = open_directory(AT_FDCWD, argv[1]);
	if (strcmp(argv[2], "containerd"))
		graph_driver_store(root, argv[2], stats);
	else
		containerd_store(root, stats);
	printf("%ld layers, %ld images, %ld files, %ld bytes, %.4f s CPU, %.4f s wall\n", layers,
	       images, files, bytes, seconds(CLOCK_PROCESS_CPUTIME_ID),
	       seconds(CLOCK_MONOTONIC) - wall);
	return 0;
}
