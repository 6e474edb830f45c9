/* listen - a loopback listening socket and the line that tells its port. */
#pragma once

/* Listens on 127.0.0.1:port (0: any free one), non-blocking, and prints `listening PORT` on
 * standard output so that the caller knows when and where to connect. Ends the process on failure.
 */
int listen_loopback(unsigned port);
