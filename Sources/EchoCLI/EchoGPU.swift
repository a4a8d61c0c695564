import ArgumentParser
import EchoExtract

/// The command line: each command reads its arguments, calls EchoExtract and prints what comes back.
@main struct EchoGPU: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo-gpu",
        abstract: "Turns recordings of any length and sample rate into ECHO embeddings.",
        discussion: """
            ECHO (arXiv 2508.14689) embeds machine sound, vibration and other signals. echo-gpu runs \
            it on any OpenCL device, and on the CPU where there is none.

            EXAMPLES
              Embed every recording of a folder:
                echo-gpu extract --model echo-tiny --output embeddings recordings/
              Also one row for every 160 ms, and a table of what was done:
                echo-gpu extract --level both --table --output embeddings engine.flac
              An archive, so that a run that was killed goes on where it was:
                echo-gpu extract --layout parts --output archive recordings/
              See what it can run on, and whether a device computes what the CPU does:
                echo-gpu devices
                echo-gpu verify --device gpu

            EXIT STATUS
              0   all is well                        64  the command line is wrong
              1   verify found a difference,         66  an input is missing
                  inspect something that is amiss    69  the device is missing or failed
              3   some recordings could not be       75  a signal stopped it: run the same
                  embedded; the others were              command again
              4   another process writes to the      78  the model cannot be used
                  output folder
              73, 74  an output cannot be created, or written
            """,
        version: Echo.version,
        subcommands: [
            Extract.self, Devices.self, Verify.self, SpectrogramCommand.self, Plan.self,
            Inspect.self,
        ])
}
