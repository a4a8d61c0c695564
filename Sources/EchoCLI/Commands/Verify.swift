import ArgumentParser
import EchoExtract

/// `echo-gpu verify`: whether a device can be relied on.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares what a device computes with what the CPU path computes.",
        discussion: """
            Computes every operation on seeded inputs of several shapes, and the whole encoder \
            with the demo model's weights. Prints the largest error of each, how much is allowed \
            (a share of each value |r|, of the largest value, of the loudest bin before its \
            logarithm), and how much of that is used. The exit status is 1 if an error is larger \
            than allowed, or if the device leaves an operation to the CPU path, and 69 if there is \
            no device to compare with the CPU path. Says which kernels ran, and on which matrix \
            unit.

            EXAMPLES
              echo-gpu verify --device gpu
              echo-gpu verify --device gpu --precision fp16
              echo-gpu verify --device 0:0 --trace-nodes
            """)

    @OptionGroup var device: DeviceOption
    @OptionGroup var precision: PrecisionOptions

    @Flag(
        help: """
            Compare every node of the encoder's graph, each from the CPU path's values, and name the \
            first that diverges.
            """)
    var traceNodes = false

    @OptionGroup(title: "Messages") var log: LogOptions

    func run() throws {
        var passes = true
        try ExitStatus.reporting(log) { () throws(EchoError) in
            let verification = try DeviceVerification(
                device: device.name, precision: precision.precision ?? .fp32,
                tracingNodes: traceNodes)
            let logger = ConsoleLogHandler.logger()
            if let warning = verification.deviceWarning { logger.warning("\(warning)") }
            logger.notice("\(verification.deviceReason)")
            for line in verification.kernels { logger.notice("\(line)") }
            try StandardOutput.write(VerificationReport.lines(verification))
            passes = verification.firstFailure == nil
        }
        if !passes { throw ExitStatus.differs }
    }
}
