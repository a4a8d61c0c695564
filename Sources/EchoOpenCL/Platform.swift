import COpenCL

/// An OpenCL implementation and its devices.
package struct Platform: Sendable {
    /// Its number, as `clinfo -l` counts.
    package let index: Int
    package let name: String
    package let vendor: String
    package let version: String
    package let devices: [Device]

    /// Every platform that the ICD loader finds, in its order; empty if there is none.
    package static func all() throws(OpenCLError) -> [Platform] {
        // Before the first call: pocl looks for its folder then.
        _ = PoclCache.note
        var platforms: [Platform] = []
        for (index, handle) in try handles().enumerated() {
            platforms.append(try Platform(handle, index: index))
        }
        return platforms
    }

    private init(_ handle: cl_platform_id, index: Int) throws(OpenCLError) {
        func text(_ parameter: Int32) throws(OpenCLError) -> String {
            try infoText("clGetPlatformInfo", of: "platform \(index)") {
                clGetPlatformInfo(handle, cl_platform_info(parameter), $0, $1, $2)
            }
        }
        self.index = index
        name = try text(CL_PLATFORM_NAME)
        vendor = try text(CL_PLATFORM_VENDOR)
        version = try text(CL_PLATFORM_VERSION)

        var devices: [Device] = []
        for (number, device) in try Self.deviceHandles(handle, name).enumerated() {
            devices.append(
                try Device(device, platformIndex: index, deviceIndex: number, platformName: name))
        }
        self.devices = devices
    }

    /// Handles of all platforms; a loader that finds none says so by an error, which is no error.
    private static func handles() throws(OpenCLError) -> [cl_platform_id] {
        var count: cl_uint = 0
        do {
            try call("clGetPlatformIDs") { clGetPlatformIDs(0, nil, &count) }
        } catch .call(_, _, CL_PLATFORM_NOT_FOUND_KHR) {
            return []
        }
        guard count > 0 else { return [] }
        var handles = [cl_platform_id?](repeating: nil, count: Int(count))
        try call("clGetPlatformIDs") { clGetPlatformIDs(count, &handles, nil) }
        return handles.compactMap(\.self)
    }

    /// Handles of a platform's devices; having none is no error either.
    private static func deviceHandles(
        _ platform: cl_platform_id, _ name: String
    ) throws(OpenCLError) -> [cl_device_id] {
        let every = cl_device_type(CL_DEVICE_TYPE_ALL)
        var count: cl_uint = 0
        do {
            try call("clGetDeviceIDs", of: name) {
                clGetDeviceIDs(platform, every, 0, nil, &count)
            }
        } catch .call(_, _, CL_DEVICE_NOT_FOUND) {
            return []
        }
        guard count > 0 else { return [] }
        var handles = [cl_device_id?](repeating: nil, count: Int(count))
        try call("clGetDeviceIDs", of: name) {
            clGetDeviceIDs(platform, every, count, &handles, nil)
        }
        return handles.compactMap(\.self)
    }
}
