// Swift is compiled for the oldest processor there is, whose vectors have four floats. What follows this is
// compiled for several, and the loader takes the best.
#if defined(__x86_64__) && defined(__linux__)
#define FOR_SEVERAL_PROCESSORS __attribute__((target_clones("avx512f", "fma", "default")))
#else
#define FOR_SEVERAL_PROCESSORS
#endif
