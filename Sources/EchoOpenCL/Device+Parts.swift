import COpenCL

extension Device {
    /// Splits the device into parts of so many compute units each, which can be used like devices of
    /// their own, side by side; what is left over is in none.
    ///
    /// - Throws: ``OpenCLError`` if it cannot be split so; many devices cannot.
    package func split(computeUnits: Int) throws(OpenCLError) -> [Device] {
        let properties: [cl_device_partition_property] = [
            cl_device_partition_property(CL_DEVICE_PARTITION_EQUALLY),
            cl_device_partition_property(computeUnits), 0,
        ]
        var count: cl_uint = 0
        try call("clCreateSubDevices", of: label) {
            clCreateSubDevices(handle, properties, 0, nil, &count)
        }
        var handles = [cl_device_id?](repeating: nil, count: Int(count))
        try call("clCreateSubDevices", of: label) {
            clCreateSubDevices(handle, properties, count, &handles, nil)
        }
        var parts: [Device] = []
        for (index, part) in handles.compactMap(\.self).enumerated() {
            parts.append(
                try Device(
                    part, platformIndex: platformIndex, deviceIndex: deviceIndex, partIndex: index,
                    platformName: platformName))
        }
        return parts
    }
}
