/// What was embedded, by what, and what was not.
package struct ReportOverview: Sendable {
    /// Recordings that are embedded, their rows (one for each channel with `--channels each`), and
    /// recordings that failed.
    package var recordingCount = 0
    package var rowCount = 0
    package var failedCount = 0
    /// Lines that a later one for the same recording puts right.
    package var replacedCount = 0
    package var durations = DurationCounts()
    package var models: [Model] = []
    /// Names and values of `run.json`, in its order.
    package var settings: [Setting] = []
    /// The most frequent first.
    package var failures: [Failure] = []
    package var rates: [Rate] = []

    package init() {}

    /// One model with one set of settings.
    package struct Model: Sendable {
        /// Nil if the folder has no record of it.
        package var name: String?
        /// SHA-256 of its weights, as hexadecimal digits.
        package var digest: String?
        /// False if the weights are a demonstration's: the embeddings mean nothing.
        package var isTrained: Bool
        package var run: String
        package var embeddedCount: Int
        package var failedCount: Int
        /// The settings in which it differs from those of `run.json`.
        package var differences: [String]

        package init(
            name: String?, digest: String?, isTrained: Bool, run: String, embeddedCount: Int,
            failedCount: Int, differences: [String]
        ) {
            (self.name, self.digest, self.isTrained) = (name, digest, isTrained)
            (self.run, self.embeddedCount, self.failedCount) = (run, embeddedCount, failedCount)
            self.differences = differences
        }
    }

    package struct Setting: Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) { (self.name, self.value) = (name, value) }
    }

    /// A reason, and one recording of those that failed for it.
    package struct Failure: Sendable {
        package var code: String
        package var count: Int
        package var exampleID: String
        package var exampleReason: String

        package init(code: String, count: Int, exampleID: String, exampleReason: String) {
            (self.code, self.count) = (code, count)
            (self.exampleID, self.exampleReason) = (exampleID, exampleReason)
        }
    }

    /// The rows of one sample rate and width.
    package struct Rate: Sendable {
        /// Hz.
        package var sampleRate: Int
        package var width: Int
        package var rowCount: Int
        /// Together.
        package var seconds: Double
        /// Which tables they have.
        package var levels: [String]

        package init(
            sampleRate: Int, width: Int, rowCount: Int, seconds: Double, levels: [String]
        ) {
            (self.sampleRate, self.width, self.rowCount) = (sampleRate, width, rowCount)
            (self.seconds, self.levels) = (seconds, levels)
        }
    }
}
