import EchoOpenCL

extension DeviceList {
    /// The OpenCL platforms that are found, each with its version; their devices are not looked at.
    ///
    /// - Throws: ``EchoError`` of kind `device` where a driver fails; having no platform is none.
    package static func platformVersions() throws(EchoError) -> [String] {
        try EchoError.translating {
            try EchoOpenCL.Platform.listed().map { "\($0.name), \($0.version)" }
        }
    }
}
