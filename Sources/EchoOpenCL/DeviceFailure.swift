import COpenCL

/// What a failure says about the device, where something can be done about it.
package enum DeviceFailure: Sendable {
    /// It has too little memory, or of another resource: less at a time may go.
    case exhausted
    /// It is gone, or its context is: it may be opened again.
    case lost
}

extension OpenCLError {
    /// What can be done about it; nil if nothing.
    package var deviceFailure: DeviceFailure? {
        switch self {
        case .allocation: .exhausted
        case .call(_, _, let code): Self.failure(code)
        // A compiler without memory; what else it reports is about the program.
        case .build(_, _, _, _, let code): Self.failure(code) == .exhausted ? .exhausted : nil
        case .noDevice, .launch, .notCompiled: nil
        }
    }

    private static func failure(_ code: Int32) -> DeviceFailure? {
        switch code {
        case CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_RESOURCES, CL_OUT_OF_HOST_MEMORY,
            CL_MAP_FAILURE, CL_INVALID_BUFFER_SIZE:
            .exhausted
        // The last is NVIDIA's, for a kernel that died; nothing works in its context any more.
        case CL_DEVICE_NOT_AVAILABLE, CL_INVALID_DEVICE, CL_INVALID_CONTEXT,
            CL_INVALID_COMMAND_QUEUE, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, -9999:
            .lost
        default: nil
        }
    }
}
