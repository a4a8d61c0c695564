import ArgumentParser
import EchoExtract

/// The command line: each command reads its arguments, calls EchoExtract and prints what comes back.
struct EchoGPU: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo-gpu",
        abstract: "Turns recordings of any length and sample rate into ECHO embeddings.",
        discussion: """
            ECHO (arXiv 2508.14689) embeds machine sound, vibration and other signals. echo-gpu runs \
            it on any OpenCL device, and on the CPU where there is none.

            EXAMPLES
              Embed every recording of a folder:
                echo-gpu extract --model yucongzh/echo-tiny-0828 --output out recordings/
              Also one row for every 160 ms, and a table of what was done:
                echo-gpu extract --model echo-tiny --level both --table --output out a.flac
              An archive, so that a run that was killed goes on where it was:
                echo-gpu extract --model echo-tiny --layout parts --output archive in/
              What is odd today, what is it similar to, and a page to look at and to listen to:
                echo-gpu score --bank healthy --test today --output scores
                echo-gpu search --in archive line-3/pump-0917.wav
                echo-gpu report today --scores scores
              See what it can run on, and whether a device computes what the CPU does:
                echo-gpu devices
                echo-gpu verify --device gpu
              Make the most of a device, and see how fast it is:
                echo-gpu tune --device gpu
                echo-gpu bench --model echo-tiny --device gpu

            ENVIRONMENT
              ECHO_GPU_BATCH, ECHO_GPU_DEVICE, ECHO_GPU_MODEL, ... and a file of defaults:
              'echo-gpu help config'.
            \(settings)
              A GPU's matrix unit is used where it is found, was right when it was
              tried and is faster. One that ECHO_MATRIX names is used or is an error;
              emulated-nvidia and so on compute what the unit would on any device,
              slowly, with the kernels for GPUs. Whatever else begins with ECHO_ is
              refused. Those of the hub are in 'echo-gpu help model'.

            EXIT STATUS
              0   all is well
              1   verify found a difference, inspect something wrong
              3   some recordings could not be embedded in this run; the others were
              4   another process writes to the output folder
              64  the command line is wrong
              65  a file or folder is damaged, or echo-gpu did not write it
              66  an input is missing
              68  the hub does not give the model
              69  the device is missing or failed
              71  the system gives no thread, descriptor or memory
              73  an output cannot be created
              74  an output cannot be written, or more failed than --max-failures allows
              75  a signal stopped it: run the same command again
              78  the model cannot be used
            """,
        version: Echo.version,
        subcommands: [
            Extract.self, Plan.self, Score.self, Search.self, Report.self, Inspect.self,
            Compact.self, ModelCommand.self, Devices.self, Verify.self, Tune.self, Bench.self,
            SpectrogramCommand.self, ConfigCommand.self, Version.self,
        ])

    @Option(
        help: ArgumentHelp(
            "A file of defaults for options; '' for none.",
            discussion: "'echo-gpu help config' says what it holds, and which are read without it.",
            valueName: "file.json"))
    var config: String?

    /// Without a command there is nothing to do.
    func run() throws { throw CommandMissing() }

    /// A line for each setting.
    private static var settings: String {
        let width = Echo.settings.map(\.name.count).max() ?? 0
        return Echo.settings.map { setting in
            let blanks = String(repeating: " ", count: width - setting.name.count)
            return "  \(setting.name)\(blanks)  \(setting.purpose)"
        }.joined(separator: "\n")
    }
}
