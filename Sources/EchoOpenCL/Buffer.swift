import COpenCL
import EchoInvariant

/// A piece of a device's memory.
package final class Buffer: Sendable {
    /// What kernels may do with it.
    package enum Access: Sendable {
        case readWrite, readOnly, writeOnly
    }

    /// Bytes that were asked for; the device may hold more.
    package let byteCount: Int

    // OpenCL's memory objects may be used by all threads; commands that are still queued keep the
    // memory after the release.
    nonisolated(unsafe) let handle: cl_mem

    /// Allocates `byteCount` bytes, contents undefined; zero is allowed.
    ///
    /// A driver may put the real allocation off until the first use, and fail there.
    ///
    /// - Throws: ``OpenCLError/allocation(byteCount:device:maximumByteCount:code:)``.
    package convenience init(
        _ context: Context, byteCount: Int, access: Access = .readWrite
    ) throws(OpenCLError) {
        try self.init(context, byteCount, flags: access.flags, bytes: nil)
    }

    /// Allocates a buffer that kernels read, and copies `bytes` to it; no queue waits for that.
    package convenience init(
        _ context: Context, copying bytes: UnsafeRawBufferPointer
    ) throws(OpenCLError) {
        // Nothing may have an address, which OpenCL refuses without the flag.
        let copies = bytes.isEmpty ? 0 : cl_mem_flags(CL_MEM_COPY_HOST_PTR)
        try self.init(
            context, bytes.count, flags: Access.readOnly.flags | copies,
            bytes: bytes.isEmpty ? nil : UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }

    /// Allocates memory of the host that the device reaches best; see ``HostMemory``.
    convenience init(_ context: Context, hostByteCount: Int) throws(OpenCLError) {
        try self.init(
            context, hostByteCount, flags: cl_mem_flags(CL_MEM_ALLOC_HOST_PTR), bytes: nil)
    }

    private init(
        _ context: Context, _ byteCount: Int, flags: cl_mem_flags, bytes: UnsafeMutableRawPointer?
    ) throws(OpenCLError) {
        invariant(byteCount >= 0, "a buffer of \(byteCount) bytes")
        self.byteCount = byteCount
        do {
            handle = try create("clCreateBuffer") {
                // OpenCL 1.2 has no empty buffers.
                clCreateBuffer(context.handle, flags, max(byteCount, 1), bytes, $0)
            }
        } catch .call(_, _, let code) {
            throw .allocation(
                byteCount: byteCount, device: context.device.label,
                maximumByteCount: context.device.maximumAllocationByteCount, code: code)
        }
    }

    deinit { clReleaseMemObject(handle) }
}

extension Buffer.Access {
    fileprivate var flags: cl_mem_flags {
        switch self {
        case .readWrite: cl_mem_flags(CL_MEM_READ_WRITE)
        case .readOnly: cl_mem_flags(CL_MEM_READ_ONLY)
        case .writeOnly: cl_mem_flags(CL_MEM_WRITE_ONLY)
        }
    }
}
