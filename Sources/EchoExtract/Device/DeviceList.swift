import EchoOpenCL

/// Everything that ECHO can run on: the OpenCL platforms with their devices, and the CPU path.
package struct DeviceList: Sendable, Codable {
    /// An OpenCL implementation.
    package struct Platform: Sendable, Codable {
        package let index: Int
        package let name: String
        package let version: String
        package let devices: [Device]
    }

    /// An OpenCL device, and what of it matters here.
    package struct Device: Sendable, Codable {
        /// What `--device` takes: `0:0`.
        package let selector: String
        package let name: String
        package let vendor: String
        /// `cpu`, `gpu`, `accelerator` or `other`.
        package let type: String
        package let isAvailable: Bool
        package let computeUnitCount: Int
        package let globalMemoryByteCount: Int
        package let localMemoryByteCount: Int
        package let maximumAllocationByteCount: Int
        package let maximumWorkGroupSize: Int
        package let supportsHalf: Bool
        package let supportsSubGroups: Bool
        /// Sub-group sizes that a kernel can ask for; empty where it cannot.
        package let subGroupSizes: [Int]
        package let driverVersion: String
        package let openCLVersion: String
    }

    /// What `--device` takes for the CPU path.
    package let cpuPath: String
    package let platforms: [Platform]
    /// Why pocl has no device, or keeps what it compiles elsewhere than usual; nil where there is
    /// nothing to say.
    package let note: String?

    /// Looks for platforms and devices.
    ///
    /// - Throws: ``EchoError`` of kind `device` where a driver fails; having no platform is none.
    package init() throws(EchoError) {
        cpuPath = "cpu"
        note = PoclCache.note
        platforms = try EchoError.translating {
            try EchoOpenCL.Platform.listed().map { platform in
                Platform(
                    index: platform.index, name: platform.name, version: platform.version,
                    devices: platform.devices.map(Device.init))
            }
        }
    }
}

extension DeviceList.Device {
    init(_ device: EchoOpenCL.Device) {
        selector = "\(device.platformIndex):\(device.deviceIndex)"
        name = device.name
        vendor = device.vendor
        type = device.kind.rawValue
        isAvailable = device.isAvailable
        computeUnitCount = device.computeUnitCount
        globalMemoryByteCount = device.globalMemoryByteCount
        localMemoryByteCount = device.localMemoryByteCount
        maximumAllocationByteCount = device.maximumAllocationByteCount
        maximumWorkGroupSize = device.maximumWorkGroupSize
        supportsHalf = device.supportsHalf
        supportsSubGroups = device.supportsSubGroups
        subGroupSizes = device.subGroupSizes
        driverVersion = device.driverVersion
        openCLVersion = device.deviceVersion
    }
}
