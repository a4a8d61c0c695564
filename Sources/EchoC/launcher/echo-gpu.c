/* The command echo-gpu for who has the library: one copy of all that is in it serves both. `make library` links it. */
#include "echo_gpu.h"

int main(int argc, char **argv) { return echo_gpu_command(argc, argv); }
