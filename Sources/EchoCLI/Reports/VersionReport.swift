/// A version, and what it runs on.
struct VersionReport: Encodable {
    let version: String
    /// Each with its own version.
    let openCLPlatforms: [String]

    var lines: [String] {
        ["echo-gpu \(version)"]
            + (openCLPlatforms.isEmpty
                ? [
                    "No OpenCL platform: the CPU path computes. 'echo-gpu devices' says what to install."
                ]
                : openCLPlatforms.map { "OpenCL: \($0)" })
    }
}
