import ArgumentParser
import EchoExtract

/// `echo-gpu version`: what runs here.
struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the version, and the OpenCL platforms that it finds.",
        discussion: """
            'echo-gpu --version' prints the number alone.

            EXAMPLES
              echo-gpu version
              echo-gpu version --json
            """)

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        try ExitStatus.reporting { () throws(EchoError) in
            let report = VersionReport(
                version: Echo.version, openCLPlatforms: try DeviceList.platformVersions())
            if json {
                try StandardOutput.write(json: report)
            } else {
                try StandardOutput.write(report.lines)
            }
        }
    }
}
