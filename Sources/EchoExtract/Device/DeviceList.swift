import EchoGPU
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
        /// Sub-group sizes that a kernel can ask for; empty if it cannot.
        package let subGroupSizes: [Int]
        package let driverVersion: String
        package let openCLVersion: String
        package let matrix: Matrix
    }

    /// A device's matrix unit.
    package struct Matrix: Sendable, Codable {
        /// `nvidia`, as `$ECHO_MATRIX` has it; nil if none is used.
        package let unit: String?
        /// Why this one, with what its probe gave, or why none.
        package let reason: String
        /// What was found when models were first run on it, with the driver and kernels of now.
        package let verdicts: [Verdict]
    }

    /// What was found when a model was first run on a matrix unit.
    package struct Verdict: Sendable, Codable {
        package let unit: String
        package let precision: Echo.Precision
        /// The model's sizes, in words.
        package let model: String
        /// True if numbers were right.
        package let isRight: Bool
        /// Numbers and times, in words.
        package let result: String
    }

    /// What `--device` takes for the CPU path.
    package let cpuPath: String
    package let platforms: [Platform]
    /// Why pocl has no device, or keeps what it compiles elsewhere than usual; nil if there is
    /// nothing to say.
    package let note: String?

    /// Looks for platforms and devices.
    ///
    /// - Throws: ``EchoError`` of kind `device` if a driver fails; having no platform is none.
    package init() throws(EchoError) {
        cpuPath = "cpu"
        note = PoclCache.note
        platforms = try EchoError.translating {
            try EchoOpenCL.Platform.listed().map { platform in
                Platform(
                    index: platform.index, name: platform.name, version: platform.version,
                    devices: try platform.devices.map(Device.init))
            }
        }
    }
}

extension DeviceList.Device {
    init(_ device: EchoOpenCL.Device) throws {
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
        matrix = try DeviceList.Matrix(device)
    }
}

extension DeviceList.Matrix {
    init(_ device: EchoOpenCL.Device) throws {
        do {
            let use = try MatrixUse(of: device)
            (unit, reason) = (use.unit?.name, use.reason)
        } catch let error as SettingError {
            throw error
        } catch {
            // A unit that was asked for and is refused, a device that cannot be opened.
            (unit, reason) = (nil, "\(error)")
        }
        verdicts = try MatrixVerdictStore().kept(for: device).map { key, verdict in
            DeviceList.Verdict(
                unit: key.tuning.unit ?? "none",
                precision: key.tuning.storage == .float16 ? .fp16 : .fp32, model: key.model,
                isRight: verdict.problem == nil, result: verdict.description)
        }
    }
}
