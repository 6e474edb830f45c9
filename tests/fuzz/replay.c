/*
 * replay PATH… - a fuzz target over saved inputs, files or folders of them: the corpus as a test,
 * and a crash found by the fuzzer once more. Each input is given whole and cut in half.
 */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX (1 << 20)

static int replay_file(const char *path)
{
	uint8_t *data = malloc(INPUT_MAX), *part;
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f || !data) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
	n = fread(data, 1, INPUT_MAX, f);
	fclose(f);
	for (size_t len = n;; len /= 2) {
		/* Exactly as large as it is, so that a sanitizer sees a byte too far. */
		part = malloc(len ? len : 1);
		if (!part)
			exit(1);
		memcpy(part, data, len);
		LLVMFuzzerTestOneInput(part, len);
		free(part);
		if (!len)
			break;
	}
	free(data);
	return 1;
}

static int replay(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;
	char inner[4096];
	int n = 0;

	if (!d)
		return replay_file(path);
	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);
		n += replay_file(inner);
	}
	closedir(d);
	return n;
}

int main(int argc, char **argv)
{
	int n = 0;

	for (int i = 1; i < argc; i++)
		n += replay(argv[i]);
	printf("%d inputs\n", n);
	return n ? 0 : 1;
}
