import EchoOpenCL

extension DeviceList {
    /// The OpenCL platforms that are found, each with its version; their devices are not looked at.
    ///
    /// - Throws: ``EchoError`` of kind `device` if a driver fails; having no platform is none.
    package static func platformVersions() throws(EchoError) -> [String] {
        try EchoError.translating {
            // "OpenCL 3.0 PoCL 3.1+debian": pocl has a line of what it was built with behind it.
            try EchoOpenCL.Platform.listed().map {
                let version = $0.version.split(separator: " ").prefix(4).joined(separator: " ")
                return "\($0.name), \(version)"
            }
        }
    }
}
