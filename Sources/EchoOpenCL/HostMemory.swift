import COpenCL

/// Memory of the host that transfers to and from the device are fastest with: pinned by the driver,
/// mapped once, for as long as it exists.
package final class HostMemory: Sendable {
    // Sendable: who may touch the bytes when is up to the owner; transfers that do not block say
    // when they are done with them by their events.
    package nonisolated(unsafe) let bytes: UnsafeMutableRawBufferPointer
    private let buffer: Buffer
    private let queue: Queue

    /// Allocates and maps `byteCount` bytes, contents undefined.
    package init(_ queue: Queue, byteCount: Int) throws(OpenCLError) {
        let buffer = try Buffer(queue.context, hostByteCount: byteCount)
        var pointer: UnsafeMutableRawPointer?
        try call("clEnqueueMapBuffer", of: "\(byteCount) bytes") {
            var status: cl_int = CL_SUCCESS
            pointer = clEnqueueMapBuffer(
                queue.handle, buffer.handle, cl_bool(CL_TRUE),
                cl_map_flags(CL_MAP_READ | CL_MAP_WRITE), 0, max(byteCount, 1), 0, nil, nil,
                &status)
            return status
        }
        (self.buffer, self.queue) = (buffer, queue)
        bytes = UnsafeMutableRawBufferPointer(start: pointer, count: byteCount)
    }

    deinit {
        clEnqueueUnmapMemObject(queue.handle, buffer.handle, bytes.baseAddress, 0, nil, nil)
    }
}
