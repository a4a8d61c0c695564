import COpenCL

/// What a kernel is given for one of its parameters.
package enum KernelArgument: Sendable {
    /// For a `__global` or `__constant` pointer.
    case buffer(Buffer)
    /// For an `int`.
    case int(Int32)
    /// For a `float`.
    case float(Float)
    /// For a `__local` pointer: this much memory for each work-group.
    case local(byteCount: Int)

    /// Sets the argument and returns the call's status.
    func set(at index: cl_uint, of kernel: cl_kernel) -> cl_int {
        func set<T>(_ value: T) -> cl_int {
            withUnsafePointer(to: value) {
                clSetKernelArg(kernel, index, MemoryLayout<T>.size, $0)
            }
        }
        return switch self {
        case .buffer(let buffer): set(buffer.handle)
        case .int(let value): set(value)
        case .float(let value): set(value)
        case .local(let byteCount): clSetKernelArg(kernel, index, byteCount, nil)
        }
    }
}
