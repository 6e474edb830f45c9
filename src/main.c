/* leadline: receives, understands, shows and delivers marketplace leads. */
#include <malloc.h>
#include <unistd.h>
#include "cmd/cmd.h"

/* Blocks from here on are given back to the system when they are freed, */
#define BIG_BLOCK (1024 * 1024)
/* and so is what is free at the end of a heap. Left to itself glibc learns from the first big block
 * to keep up to 64 MiB a thread: 640 messages of 60 KB left 170 to 320 MB behind. */
#define KEPT_FREE (4 * BIG_BLOCK)

int main(int argc, char **argv)
{
	mallopt(M_MMAP_THRESHOLD, BIG_BLOCK);
	mallopt(M_TRIM_THRESHOLD, KEPT_FREE);
	return cmd_main(argc, argv, environ);
}
