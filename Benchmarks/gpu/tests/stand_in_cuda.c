// The calls of CUDA's driver that ptx/cuda_driver.py makes, over the host's memory: by the signatures of the CUDA
// Driver API, so that a wrong argument shows. It knows one kernel, scale_f32:
//
//   output[i] = factor * input[i] for i < count; takes input, output, count, factor, local
//
// Each launch is written as a line to the file that $STAND_IN_LOG names.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int result;
typedef uint64_t address;
enum { SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_PTX = 218, NOT_FOUND = 500 };

result cuInit(unsigned flags) { return flags == 0 ? SUCCESS : INVALID_VALUE; }
result cuDriverGetVersion(int *version) { return *version = 12040, SUCCESS; }
result cuDeviceGet(int *device, int ordinal) { return *device = 7, ordinal == 0 ? SUCCESS : INVALID_VALUE; }
result cuDeviceGetName(char *name, int length, int device) {
    snprintf(name, length, "stand-in");
    return device == 7 ? SUCCESS : INVALID_VALUE;
}
result cuDeviceGetAttribute(int *value, int attribute, int device) {
    *value = attribute == 75 ? 9 : attribute == 76 ? 0 : attribute == 16 ? 132 : 1980000;
    return device == 7 ? SUCCESS : INVALID_VALUE;
}
result cuDevicePrimaryCtxRetain(void **context, int device) {
    *context = (void *)0x1234;
    return device == 7 ? SUCCESS : INVALID_VALUE;
}
result cuCtxSetCurrent(void *context) { return context == (void *)0x1234 ? SUCCESS : INVALID_VALUE; }
result cuCtxSynchronize(void) { return SUCCESS; }
result cuGetErrorName(result error, const char **name) {
    *name = error == INVALID_PTX ? "CUDA_ERROR_INVALID_PTX" : error == NOT_FOUND ? "CUDA_ERROR_NOT_FOUND"
                                                                                : "CUDA_ERROR_INVALID_VALUE";
    return SUCCESS;
}

result cuModuleLoadDataEx(void **module, const void *image, unsigned count, int *options, void **values) {
    if (strstr(image, "refuse me") != NULL) {
        // The options are: 5, where to write errors; 6, how many bytes of them.
        if (count == 2 && options[0] == 5 && options[1] == 6) {
            snprintf(values[0], (size_t)values[1], "ptxas: line 1 is refused");
        }
        return INVALID_PTX;
    }
    *module = strdup(image);
    return SUCCESS;
}
result cuModuleGetFunction(void **function, void *module, const char *name) {
    *function = (void *)0x5678;
    return strstr(module, name) != NULL && strcmp(name, "scale_f32") == 0 ? SUCCESS : NOT_FOUND;
}
result cuFuncGetAttribute(int *value, int attribute, void *function) {
    *value = 10 * attribute;
    return function == (void *)0x5678 ? SUCCESS : INVALID_VALUE;
}
static int dynamic_limit = 48 << 10;
result cuFuncSetAttribute(void *function, int attribute, int value) {
    if (attribute == 8) dynamic_limit = value;
    return function == (void *)0x5678 ? SUCCESS : INVALID_VALUE;
}

result cuMemAlloc_v2(address *memory, size_t bytes) {
    *memory = (address)malloc(bytes);
    return *memory != 0 ? SUCCESS : OUT_OF_MEMORY;
}
result cuMemFree_v2(address memory) { return free((void *)memory), SUCCESS; }
result cuMemcpyHtoD_v2(address target, const void *source, size_t bytes) {
    return memcpy((void *)target, source, bytes), SUCCESS;
}
result cuMemcpyDtoH_v2(void *target, address source, size_t bytes) {
    return memcpy(target, (void *)source, bytes), SUCCESS;
}

result cuEventCreate(void **event, unsigned flags) { return *event = malloc(1), SUCCESS; }
result cuEventRecord(void *event, void *stream) { return event != NULL && stream == NULL ? SUCCESS : INVALID_VALUE; }
result cuEventSynchronize(void *event) { return event != NULL ? SUCCESS : INVALID_VALUE; }
result cuEventElapsedTime(float *milliseconds, void *begin, void *end) {
    *milliseconds = 2;
    return begin != end ? SUCCESS : INVALID_VALUE;
}

result cuLaunchKernel(
    void *function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y,
    unsigned block_z, unsigned shared, void *stream, void **parameters, void **extra) {
    if (function != (void *)0x5678 || stream != NULL || extra != NULL || (int)shared > dynamic_limit) {
        return INVALID_VALUE;
    }
    const float *input = *(const float **)parameters[0];
    float *output = *(float **)parameters[1];
    int count = *(int *)parameters[2];
    float factor = *(float *)parameters[3];
    for (int i = 0; i < count; i++) output[i] = factor * input[i];
    FILE *log = fopen(getenv("STAND_IN_LOG"), "a");
    fprintf(log, "%u %u %u, %u %u %u, %u shared\n", grid_x, grid_y, grid_z, block_x, block_y, block_z, shared);
    return fclose(log), SUCCESS;
}
