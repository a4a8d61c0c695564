#ifndef ECHO_KERNELS_H
#define ECHO_KERNELS_H
#endif
