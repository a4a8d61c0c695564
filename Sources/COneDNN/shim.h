#include <oneapi/dnnl/dnnl.h>

// libgomp's, whose header only GCC has on its path: threads of the products that the calling thread asks for.
extern void omp_set_num_threads(int count);
