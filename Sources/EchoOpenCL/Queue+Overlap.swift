import COpenCL

/// Commands that the host does not wait for, and how queues wait for one another.
extension Queue {
    /// Copies the start of host memory to a buffer when its turn comes.
    ///
    /// - Parameter memory: Stays as it is until the event has ended.
    package func startWrite(
        _ memory: HostMemory, byteCount: Int, to buffer: Buffer
    ) throws(OpenCLError) -> Event {
        checkRange(0, byteCount, of: buffer)
        guard byteCount > 0 else { return nothing }
        var event: cl_event?
        try call("clEnqueueWriteBuffer", of: "\(byteCount) bytes") {
            clEnqueueWriteBuffer(
                handle, buffer.handle, cl_bool(CL_FALSE), 0, byteCount, memory.bytes.baseAddress,
                0, nil, &event)
        }
        return queued(.upload, byteCount, event)
    }

    /// Copies the start of a buffer to host memory once `event` has ended.
    ///
    /// - Parameter memory: Holds the bytes, and is free again, when the new event has ended.
    package func startRead(
        _ buffer: Buffer, byteCount: Int, into memory: HostMemory, after event: Event
    ) throws(OpenCLError) -> Event {
        checkRange(0, byteCount, of: buffer)
        guard byteCount > 0 else { return nothing }
        var (before, after) = (event.handle, cl_event?.none)
        try call("clEnqueueReadBuffer", of: "\(byteCount) bytes") {
            clEnqueueReadBuffer(
                handle, buffer.handle, cl_bool(CL_FALSE), 0, byteCount, memory.bytes.baseAddress,
                1, &before, &after)
        }
        return queued(.download, byteCount, after)
    }

    /// An event that ends when all that is queued now has ended.
    package func mark() throws(OpenCLError) -> Event {
        var event: cl_event?
        try call("clEnqueueMarkerWithWaitList") {
            clEnqueueMarkerWithWaitList(handle, 0, nil, &event)
        }
        return Event(event, isProfiled: false)
    }

    /// Lets what is queued from now on wait for a command of another queue, which was flushed.
    package func hold(until event: Event) throws(OpenCLError) {
        guard event.handle != nil else { return }
        var event = event.handle
        try call("clEnqueueBarrierWithWaitList") {
            clEnqueueBarrierWithWaitList(handle, 1, &event, nil)
        }
    }
}
