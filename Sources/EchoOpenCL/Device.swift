import COpenCL

/// An OpenCL device, and what of it matters to whoever launches kernels.
package struct Device: Sendable, CustomStringConvertible {
    /// What a device is, by its own account.
    package enum Kind: String, Sendable {
        case cpu, gpu, accelerator, other
    }

    /// Its platform's number and its own number there, as `clinfo -l` counts.
    package let platformIndex: Int
    package let deviceIndex: Int
    /// Its number among the parts of a device that was split; nil if it is a whole one.
    package let partIndex: Int?
    package let platformName: String
    package let name: String
    package let vendor: String
    package let kind: Kind
    package let computeUnitCount: Int
    package let globalMemoryByteCount: Int
    /// Local memory that a work-group can have.
    package let localMemoryByteCount: Int
    package let maximumAllocationByteCount: Int
    /// Work-items that a work-group can have; a kernel may allow fewer.
    package let maximumWorkGroupSize: Int
    /// Floats in a register of the hardware, and in the vectors that its driver would rather see.
    package let nativeFloatVectorWidth: Int
    package let preferredFloatVectorWidth: Int
    /// True if the device lies in the host's memory: CPUs and integrated GPUs.
    package let sharesHostMemory: Bool
    /// True if the device can be used: it is there, and its driver has a compiler.
    package let isAvailable: Bool
    package let driverVersion: String
    package let deviceVersion: String
    package let openCLCVersion: String
    package let extensions: Set<String>
    /// Sub-group sizes that a kernel can require (`cl_intel_required_subgroup_size`); else empty.
    package let subGroupSizes: [Int]

    // Devices that a platform lists live as long as the process, and parts of them are kept as long:
    // nothing is retained or released. Their handles may be used by all threads.
    nonisolated(unsafe) let handle: cl_device_id

    init(
        _ handle: cl_device_id, platformIndex: Int, deviceIndex: Int, partIndex: Int? = nil,
        platformName: String
    ) throws(OpenCLError) {
        self.handle = handle
        self.partIndex = partIndex
        self.platformIndex = platformIndex
        self.deviceIndex = deviceIndex
        self.platformName = platformName

        let query = DeviceQuery(handle: handle, label: "\(platformIndex):\(deviceIndex)")
        name = try query.text(CL_DEVICE_NAME)
        vendor = try query.text(CL_DEVICE_VENDOR)
        kind = try query.kind()
        computeUnitCount = try query.count32(CL_DEVICE_MAX_COMPUTE_UNITS)
        globalMemoryByteCount = try query.count64(CL_DEVICE_GLOBAL_MEM_SIZE)
        localMemoryByteCount = try query.count64(CL_DEVICE_LOCAL_MEM_SIZE)
        maximumAllocationByteCount = try query.count64(CL_DEVICE_MAX_MEM_ALLOC_SIZE)
        maximumWorkGroupSize = try max(
            query.size(CL_DEVICE_MAX_WORK_GROUP_SIZE), query.declaredWorkGroupSize() ?? 0)
        nativeFloatVectorWidth = try query.count32(CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT)
        preferredFloatVectorWidth = try query.count32(CL_DEVICE_PREFERRED_VECTOR_WIDTH_FLOAT)
        sharesHostMemory = try query.flag(CL_DEVICE_HOST_UNIFIED_MEMORY)
        let isPresent = try query.flag(CL_DEVICE_AVAILABLE)
        let compiles = try query.flag(CL_DEVICE_COMPILER_AVAILABLE)
        isAvailable = isPresent && compiles
        driverVersion = try query.text(CL_DRIVER_VERSION)
        deviceVersion = try query.text(CL_DEVICE_VERSION)
        openCLCVersion = try query.text(CL_DEVICE_OPENCL_C_VERSION)
        extensions = Set(
            try query.text(CL_DEVICE_EXTENSIONS).split(separator: " ").map(String.init))
        subGroupSizes =
            extensions.contains("cl_intel_required_subgroup_size")
            ? try query.sizes(CL_DEVICE_SUB_GROUP_SIZES_INTEL) : []
    }

    /// Number and name: `0:0 NVIDIA H100`; of a part with the part's number: `0:0.1 ...`.
    package var label: String {
        "\(platformIndex):\(deviceIndex)\(partIndex.map { ".\($0)" } ?? "") \(name)"
    }

    package var description: String { "\(label) (\(platformName))" }

    /// True if kernels may compute in half precision.
    package var supportsHalf: Bool { extensions.contains("cl_khr_fp16") }

    /// True if kernels may use sub-group functions.
    package var supportsSubGroups: Bool {
        extensions.contains("cl_khr_subgroups") || extensions.contains("cl_intel_subgroups")
    }

    /// True on pocl, which keeps compiled programs itself.
    package var isPocl: Bool { platformName == "Portable Computing Language" }
}
