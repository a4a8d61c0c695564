// pocl that takes any processor for one with AVX2 and without AVX-512 (Intel's Haswell): an OpenCL implementation
// (OCL_ICD_VENDORS) that is linked to pocl, and stands before the two functions of libLLVM which tell pocl what to
// compile for and how wide vectors are. By the shape of LLVM's types, so that LLVM's headers need not be installed.
// .ci/avx2 makes it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// llvm::StringRef
typedef struct {
    const char *text;
    size_t length;
} text_t;

// llvm::StringMapEntry<bool>; its key follows.
typedef struct {
    size_t key_length;
    bool value;
} entry_t;

// llvm::StringMap<bool>: an empty place is NULL, one that was emptied is -1 shifted left.
typedef struct {
    entry_t **entries;
    unsigned place_count, entry_count, emptied_count, entry_size;
} features_t;

#define HOST_CPU_NAME "_ZN4llvm3sys14getHostCPUNameEv"
#define HOST_CPU_FEATURES "_ZN4llvm3sys18getHostCPUFeaturesERNS_9StringMapIbNS_15MallocAllocatorEEE"

text_t host_cpu_name(void) __asm__(HOST_CPU_NAME);
text_t host_cpu_name(void) { return (text_t){"haswell", 7}; }

bool host_cpu_features(features_t *features) __asm__(HOST_CPU_FEATURES);
bool host_cpu_features(features_t *features) {
    bool (*llvm)(features_t *) = (bool (*)(features_t *))dlsym(RTLD_NEXT, HOST_CPU_FEATURES);
    if (!llvm || !llvm(features)) return false;
    for (unsigned i = 0; i < features->place_count; i++) {
        entry_t *entry = features->entries[i];
        if (!entry || (intptr_t)entry >> 12 == -1) continue;
        if (strncmp((const char *)entry + features->entry_size, "avx512", 6) == 0) entry->value = false;
    }
    return true;
}
