#include <hdf5/serial/hdf5.h>
#include <stdbool.h>

// HDF5's names of types are expressions, which Swift does not import.

static inline hid_t CHDF5_reference(void) { return H5T_STD_REF_OBJ; }

static inline hid_t CHDF5_float(size_t size) {
    return size == 4 ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
}

static inline hid_t CHDF5_integer(size_t size, bool is_signed) {
    switch (size) {
    case 1: return is_signed ? H5T_NATIVE_INT8 : H5T_NATIVE_UINT8;
    case 2: return is_signed ? H5T_NATIVE_INT16 : H5T_NATIVE_UINT16;
    case 4: return is_signed ? H5T_NATIVE_INT32 : H5T_NATIVE_UINT32;
    default: return is_signed ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64;
    }
}
