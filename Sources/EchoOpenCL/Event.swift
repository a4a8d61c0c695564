import COpenCL

/// A queued command: can be waited for, and timed where its queue profiles.
package final class Event: Sendable {
    /// When a command reached each stage, in nanoseconds of the device's clock.
    package struct Profile: Sendable {
        package let queued: UInt64
        package let submitted: UInt64
        package let started: UInt64
        package let ended: UInt64
    }

    private let isProfiled: Bool

    // OpenCL's events may be used by all threads. Nil if there was nothing to do.
    nonisolated(unsafe) let handle: cl_event?

    init(_ handle: cl_event?, isProfiled: Bool) {
        self.handle = handle
        self.isProfiled = isProfiled
    }

    deinit {
        if let handle { clReleaseEvent(handle) }
    }

    /// Waits until the command has ended.
    ///
    /// - Throws: ``OpenCLError/call(name:subject:code:)`` if it failed, with its own status.
    package func wait() throws(OpenCLError) {
        guard handle != nil else { return }
        var event = handle
        do {
            try call("clWaitForEvents") { clWaitForEvents(1, &event) }
        } catch .call(let name, let subject, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST) {
            let code = status.flatMap { $0 < CL_COMPLETE ? $0 : nil }
            throw .call(
                name: name, subject: subject,
                code: code ?? CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST)
        }
    }

    /// True if the command has not ended yet; false if it failed.
    package var isPending: Bool { status.map { $0 > CL_COMPLETE } ?? false }

    /// True if the command waits to be started.
    var isBeforeStart: Bool { status.map { $0 > CL_RUNNING } ?? false }

    /// How far the command is, or by what error it ended; nil if nobody knows.
    private var status: Int32? {
        guard let handle else { return nil }
        return try? info("clGetEventInfo", startingAs: cl_int(0)) {
            clGetEventInfo(handle, cl_event_info(CL_EVENT_COMMAND_EXECUTION_STATUS), $0, $1, $2)
        }
    }

    /// The command's times; nil if its queue does not profile, if there was nothing to do, or
    /// if it has not ended.
    package var profile: Profile? {
        guard isProfiled, let handle else { return nil }
        func time(_ parameter: Int32) throws(OpenCLError) -> UInt64 {
            try info("clGetEventProfilingInfo", startingAs: UInt64(0)) {
                clGetEventProfilingInfo(handle, cl_profiling_info(parameter), $0, $1, $2)
            }
        }
        return try? Profile(
            queued: time(CL_PROFILING_COMMAND_QUEUED),
            submitted: time(CL_PROFILING_COMMAND_SUBMIT),
            started: time(CL_PROFILING_COMMAND_START),
            ended: time(CL_PROFILING_COMMAND_END))
    }
}
