/*
 * hypotf for the C library of `make library`. Swift's overlay of the C library refers to it, though nothing here calls
 * it, and glibc has a new version of it since 2.35: it alone would keep the library from systems with 2.34, as RHEL 9.
 */
#include <math.h>

float hypotf(float x, float y) {
    if (isinf(x) || isinf(y)) { return INFINITY; }
    return (float)sqrt((double)x * (double)x + (double)y * (double)y); /* as glibc does */
}
