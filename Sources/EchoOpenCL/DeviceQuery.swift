import COpenCL

/// Asks a device about itself, by parameters of `clGetDeviceInfo`.
struct DeviceQuery {
    let handle: cl_device_id
    /// The device's number, for errors.
    let label: String

    func text(_ parameter: Int32) throws(OpenCLError) -> String {
        try infoText("clGetDeviceInfo", of: subject(parameter), query(parameter))
    }

    /// A `cl_uint`.
    func count32(_ parameter: Int32) throws(OpenCLError) -> Int {
        Int(try value(parameter, startingAs: cl_uint(0)))
    }

    /// A `cl_ulong`.
    func count64(_ parameter: Int32) throws(OpenCLError) -> Int {
        Int(clamping: try value(parameter, startingAs: cl_ulong(0)))
    }

    /// A `size_t`.
    func size(_ parameter: Int32) throws(OpenCLError) -> Int {
        try value(parameter, startingAs: 0)
    }

    /// Work-items of a work-group whose kernel declares its size, on AMD's devices: the common figure, 256, is
    /// that for kernels that do not. Nil elsewhere. The drivers' sources say so; no card was at hand.
    func declaredWorkGroupSize() throws(OpenCLError) -> Int? {
        guard try text(CL_DEVICE_EXTENSIONS).contains("cl_amd_device_attribute_query") else {
            return nil
        }
        return try? size(CL_DEVICE_MAX_WORK_GROUP_SIZE_AMD)
    }

    /// A list of `size_t`.
    func sizes(_ parameter: Int32) throws(OpenCLError) -> [Int] {
        try infoList("clGetDeviceInfo", of: subject(parameter), repeating: 0, query(parameter))
    }

    /// A list of bytes.
    func bytes(_ parameter: Int32) throws(OpenCLError) -> [UInt8] {
        try infoList("clGetDeviceInfo", of: subject(parameter), repeating: 0, query(parameter))
    }

    /// A `cl_bool`.
    func flag(_ parameter: Int32) throws(OpenCLError) -> Bool {
        try value(parameter, startingAs: cl_bool(0)) != 0
    }

    /// The device's type; a GPU that also says it is the default is a GPU.
    func kind() throws(OpenCLError) -> Device.Kind {
        let bits = Int32(
            truncatingIfNeeded: try value(CL_DEVICE_TYPE, startingAs: cl_device_type(0)))
        if bits & CL_DEVICE_TYPE_GPU != 0 { return .gpu }
        if bits & CL_DEVICE_TYPE_ACCELERATOR != 0 { return .accelerator }
        return bits & CL_DEVICE_TYPE_CPU != 0 ? .cpu : .other
    }

    private func value<T: BitwiseCopyable>(
        _ parameter: Int32, startingAs initial: T
    ) throws(OpenCLError) -> T {
        try info(
            "clGetDeviceInfo", of: subject(parameter), startingAs: initial, query(parameter))
    }

    private func subject(_ parameter: Int32) -> String {
        "device \(label), parameter 0x\(String(parameter, radix: 16))"
    }

    private func query(_ parameter: Int32) -> InfoQuery {
        { clGetDeviceInfo(handle, cl_device_info(parameter), $0, $1, $2) }
    }
}
