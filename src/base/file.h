/* Files of the process alone. */
#pragma once

/*
 * A new file in the directory, for reading and writing, that has no name: it is gone with its last
 * descriptor, however the process ends. -1: errno says why.
 */
int file_nameless(const char *dir);
