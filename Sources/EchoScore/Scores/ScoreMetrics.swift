/// `metrics.json`: what a scoring was asked for, and what came of it, except for the rows of `scores.csv`.
///
/// Numbers that nobody knows are left out; docs/scores.md describes every member.
package struct ScoreMetrics: Codable, Hashable, Sendable {
    package static let fileName = "metrics.json"

    package var settings: Settings
    package var counts: Counts
    package var groups: [Group] = []
    /// Means of the groups of a machine, if there are machines.
    package var machines: [Machine] = []
    /// Under a protocol: the figure of its year.
    package var year: Year?
    package var classification: Classification?
    /// A member for each sensor, where a trend was asked for.
    package var trend: [Trend]?
    /// Recordings by what told their time: `field`, `name`, `modified`, `unknown`; and `without_zone`.
    package var times: [String: Int]?
    /// What is unusual about the rows and about what was asked, a sentence each.
    package var warnings: [String] = []

    package init(settings: Settings, counts: Counts) {
        (self.settings, self.counts) = (settings, counts)
    }

    /// What was asked for.
    package struct Settings: Codable, Hashable, Sendable {
        /// `score`: by this the file is known as ours.
        package var command = "score"
        package var version: String
        /// The folders and patterns that were given.
        package var bank: [String]
        package var test: [String]
        /// Conditions of rows, `split=train`.
        package var bankWhere: [String] = []
        package var testWhere: [String] = []
        package var groupBy: [String] = []
        package var domain: String?
        package var labels: String?
        /// The values of the label that are not odd.
        package var normal: [String] = []
        package var metric: String
        package var aggregate: String
        package var k: Int
        package var quantile: Double?
        /// True if each recording was held against the others of the test.
        package var loocv: Bool?
        /// How many of the nearest `scores.csv` names.
        package var nearest: Int?
        /// `siren` or `dcase`.
        package var `protocol`: String?
        package var year: Int?
        package var pattern: String?
        /// Tables with fields of recordings.
        package var fieldsFrom: [String]?
        /// What tells the time, as asked for.
        package var time: String?
        /// The time before, as asked for.
        package var baseline: String?
        /// Where sensors are followed the rule, `sigma` or `cusum`, its constants, and what the spread is.
        package var rule: String?
        package var sigmas: Double?
        package var runLength: Int?
        package var slack: Double?
        package var decision: Double?
        package var spread: String?
        /// Of the model that made the embeddings.
        package var model: String?
        package var weightsSHA256: String?

        package init(
            version: String, bank: [String], test: [String], metric: String, aggregate: String,
            k: Int
        ) {
            (self.version, self.bank, self.test) = (version, bank, test)
            (self.metric, self.aggregate, self.k) = (metric, aggregate, k)
        }

        private enum CodingKeys: String, CodingKey {
            case command, version, bank, test, domain, labels, normal, metric, aggregate, k
            case quantile, loocv, nearest, `protocol`, year, pattern, time, baseline, model
            case rule, sigmas, slack, decision, spread
            case runLength = "run_length"
            case fieldsFrom = "fields_from"
            case bankWhere = "bank_where"
            case testWhere = "test_where"
            case groupBy = "group_by"
            case weightsSHA256 = "weights_sha256"
        }
    }

    /// Rows: recordings, or channels of them where channels were embedded one by one.
    package struct Counts: Codable, Hashable, Sendable {
        package var bank = 0
        package var test = 0
        /// Recordings of the folders that failed when they were embedded.
        package var bankFailed: Int?
        package var testFailed: Int?
        /// Rows that a condition, the protocol or an anomalous label left out.
        package var bankLeftOut: Int?
        package var testLeftOut: Int?
        /// By the labels.
        package var normal: Int?
        package var anomalous: Int?
        /// Scores above the threshold.
        package var odd: Int?
        /// Of these those that are anomalous by their labels, and those that are normal.
        package var hits: Int?
        package var falseAlarms: Int?
        /// Rows of the test that are in the bank too.
        package var duplicates: Int?

        package init(bank: Int = 0, test: Int = 0) { (self.bank, self.test) = (bank, test) }

        private enum CodingKeys: String, CodingKey {
            case bank, test, normal, anomalous, odd, hits, duplicates
            case bankFailed = "bank_failed"
            case testFailed = "test_failed"
            case bankLeftOut = "bank_left_out"
            case testLeftOut = "test_left_out"
            case falseAlarms = "false_alarms"
        }
    }

    /// Recordings that share a bank, or that a figure is of.
    package struct Group: Codable, Hashable, Sendable {
        /// The values of its fields with slashes between them; empty if there is one group.
        package var name: String
        package var fields: [String: String]
        package var counts: Counts
        package var auc: Double?
        /// Of false positive rates up to 0.1, by McClish: 0.5 is chance.
        package var pauc: Double?
        /// Scores above it are odd.
        package var threshold: Double?

        package init(
            name: String, fields: [String: String], counts: Counts, auc: Double? = nil,
            pauc: Double? = nil, threshold: Double? = nil
        ) {
            (self.name, self.fields, self.counts) = (name, fields, counts)
            (self.auc, self.pauc, self.threshold) = (auc, pauc, threshold)
        }
    }

    package struct Machine: Codable, Hashable, Sendable {
        package var name: String
        /// Groups with a figure.
        package var groupCount: Int
        /// `arithmetic` or `harmonic`.
        package var mean: String
        package var auc: Double?
        package var pauc: Double?

        package init(name: String, groupCount: Int, mean: String, auc: Double?, pauc: Double?) {
            (self.name, self.groupCount, self.mean) = (name, groupCount, mean)
            (self.auc, self.pauc) = (auc, pauc)
        }

        private enum CodingKeys: String, CodingKey {
            case name, mean, auc, pauc
            case groupCount = "group_count"
        }
    }

    package struct Year: Codable, Hashable, Sendable {
        package var year: Int
        /// `arithmetic` or `harmonic`.
        package var mean: String
        /// Of all figures, of those of the development set, and of the evaluation set.
        package var score: Double?
        package var development: Double?
        package var evaluation: Double?

        package init(
            year: Int, mean: String, score: Double?, development: Double? = nil,
            evaluation: Double? = nil
        ) {
            (self.year, self.mean, self.score) = (year, mean, score)
            (self.development, self.evaluation) = (development, evaluation)
        }
    }

    package struct Classification: Codable, Hashable, Sendable {
        /// The field whose values are the classes.
        package var field: String
        package var k: Int
        /// `loocv`, `folds` or `bank`.
        package var split: String
        package var folds: Int?
        /// Channels of each recording; nil if there is one. `fusion`: how their distances become one.
        package var channels: Int?
        package var fusion: String?
        /// Recordings with a class, and those without, which no figure counts.
        package var count: Int
        package var unlabelled: Int
        package var accuracy: Double?
        /// Each class counting once, and each recording.
        package var macroF1: Double?
        package var weightedF1: Double?
        package var accuracyByFold: [Double]?
        package var classes: [String]
        /// `[class][class that it was told for]`: recordings.
        package var confusion: [[Int]]

        package init(
            field: String, k: Int, split: String, _ result: EchoScore.Classification
        ) {
            (self.field, self.k, self.split) = (field, k, split)
            let matrix = result.confusion
            (count, unlabelled) = (matrix.recordingCount, result.unlabelledCount)
            (accuracy, macroF1, weightedF1) = (matrix.accuracy, matrix.macroF1, matrix.weightedF1)
            accuracyByFold = result.accuracyByFold.isEmpty ? nil : result.accuracyByFold
            (classes, confusion) = (matrix.classes, matrix.counts)
        }

        private enum CodingKeys: String, CodingKey {
            case field, k, split, folds, channels, fusion, count, unlabelled, accuracy, classes
            case confusion
            case macroF1 = "macro_f1"
            case weightedF1 = "weighted_f1"
            case accuracyByFold = "accuracy_by_fold"
        }
    }
}
