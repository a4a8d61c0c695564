import EchoGPU

/// What came of trying a device's table of tiles.
package struct Tuning: Sendable {
    /// One row of the table.
    package struct Trial: Sendable {
        package let stage: TuningStage
        package let tiling: Tiling
        /// The error of the check that came nearest to its tolerance; nil if nothing could be
        /// computed.
        package var maximumError: Double?
        /// FLOP/s on the encoder's own shapes; nil if it was rejected.
        package var speed: Double?
        package var verdict: Verdict
    }

    /// What became of a trial.
    package enum Verdict: Sendable, Equatable {
        /// The stage's choice.
        case best
        case slower
        /// The fastest except for what the stage started from, or faster by no more than measurements
        /// scatter; both were measured again, in turns.
        case tooClose
        /// Why its numbers are wrong, or why it does not run.
        case rejected(String)
        /// It did not compile in time, or the driver crashed on it.
        case givenUp(String)
    }

    package let family: KernelFamily
    package var trials: [Trial] = []
    /// What is best, of all stages.
    package var tiling: Tiling

    package init(family: KernelFamily, tiling: Tiling) {
        (self.family, self.tiling) = (family, tiling)
    }

    /// Why tuning found nothing.
    package enum Failure: Error, CustomStringConvertible {
        /// Every row of a stage was rejected; the first one's reason.
        case nothingWorks(TuningStage, String)
        /// The rows are right but the encoder as a whole is not.
        case encoder(Check)
        /// The rows compiled but the encoder as a whole did not: why.
        case givenUp(String)

        package var description: String {
            let remedy = "Nothing was kept; 'echo-gpu verify' says more."
            return switch self {
            case .nothingWorks(let stage, let reason):
                "no tiles of the stage '\(stage)' can be relied on; the first: \(reason). \(remedy)"
            case .encoder(let check):
                "the encoder differs from the CPU path with the best tiles: \(check). \(remedy)"
            case .givenUp(let reason):
                "the encoder with the best tiles: \(reason). \(remedy)"
            }
        }
    }
}
