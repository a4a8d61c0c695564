#ifndef ECHO_KERNELS_H
#define ECHO_KERNELS_H

/// One embedded `.cl` file: its name without the extension, and its text.
struct echo_kernel_source {
    const char *name;
    const char *text;
};

/// All embedded kernel sources; they live as long as the process.
const struct echo_kernel_source *echo_kernel_sources(int *count);

#endif
