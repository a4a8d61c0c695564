import COpenCL

/// What vendors' extensions tell of a device beyond its name.
extension Device {
    /// NVIDIA's compute capability: 9 and 0 of sm_90; nil if the driver has none to tell
    /// (`cl_nv_device_attribute_query`).
    package var computeCapability: (major: Int, minor: Int)? {
        guard extensions.contains("cl_nv_device_attribute_query"),
            let major = try? query.count32(CL_DEVICE_COMPUTE_CAPABILITY_MAJOR_NV),
            let minor = try? query.count32(CL_DEVICE_COMPUTE_CAPABILITY_MINOR_NV)
        else { return nil }
        return (major, minor)
    }

    /// What AMD calls the card, `AMD Instinct MI300X`; nil if the driver does not say
    /// (`cl_amd_device_attribute_query`).
    package var boardName: String? {
        guard extensions.contains("cl_amd_device_attribute_query") else { return nil }
        return try? query.text(CL_DEVICE_BOARD_NAME_AMD)
    }

    /// The card itself, 32 hexadecimal digits, among others of its name; nil if the driver does not say
    /// (`cl_khr_device_uuid`).
    package var uuid: String? {
        guard extensions.contains("cl_khr_device_uuid"),
            let bytes = try? query.bytes(CL_DEVICE_UUID_KHR), bytes.contains(where: { $0 != 0 })
        else { return nil }
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private var query: DeviceQuery {
        DeviceQuery(handle: handle, label: "\(platformIndex):\(deviceIndex)")
    }
}
