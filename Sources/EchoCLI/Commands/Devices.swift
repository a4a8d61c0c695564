import ArgumentParser
import EchoExtract

/// `echo-gpu devices`: what there is to run on.
struct Devices: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the OpenCL platforms and devices, and the CPU path.",
        discussion: """
            The first column is what --device takes. 'auto' prefers GPUs to other devices, and \
            other devices to the CPU path. The column 'matrix' has the matrix unit that the \
            encoder uses. It is probed first. The lines below the table say why it was chosen, and \
            what was found when a model first ran on it.
            """)

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        try ExitStatus.reporting { () throws(EchoError) in
            let list = try DeviceList()
            if json {
                try StandardOutput.write(json: list, keepsOldSpellings: true)
            } else {
                try StandardOutput.write(DeviceReport.lines(list))
            }
        }
    }
}
