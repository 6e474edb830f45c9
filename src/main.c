/* leadline: receives, understands, shows and delivers marketplace leads. */
#include <unistd.h>
#include "cmd/cmd.h"

int main(int argc, char **argv)
{
	return cmd_main(argc, argv, environ);
}
