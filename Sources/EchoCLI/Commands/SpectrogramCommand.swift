import ArgumentParser
import EchoExtract

/// `echo-gpu spectrogram`: upstream's "preprocess" step.
struct SpectrogramCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spectrogram",
        abstract: "Writes the normalised log spectrogram of a recording, [bins, frames].",
        discussion: """
            (ln(|X| + 1e-9) + 5.874158) / (5.223174 * 2), with periodic Hann windows of 25 ms, 10 ms \
            apart; channels are averaged and the mean is removed. float32, C order.

            EXAMPLE
              echo-gpu spectrogram engine.flac --output engine.npy
            """)

    @OptionGroup var device: DeviceOption

    @Option(help: ArgumentHelp("The .npy file to write.", valueName: "file"))
    var output: String

    @Argument(help: ArgumentHelp("A recording.", valueName: "input"))
    var input: String

    func run() throws {
        try ExitStatus.reporting { () throws(EchoError) in
            // The weights play no part in a spectrogram: those at hand will do.
            let echo = try Echo(model: .demo, device: device.name)
            ConsoleLogHandler.logger().notice("\(echo.deviceReason)")
            let shape = try echo.exportSpectrogram(of: input, to: output)
            try StandardOutput.write("\(output): float32 \(shape)")
        }
    }
}
