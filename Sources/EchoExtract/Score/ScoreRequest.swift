import EchoScore
import EchoSignal

/// What a scoring is asked for.
package struct ScoreRequest: Sendable {
    package var bank: RowChoice
    package var test: RowChoice
    /// Whether the bank is the test itself: each of its recordings is held against the others.
    package var leavesOneOut = false
    package var options = ScoreOptions()
    /// Regular expression with named groups, which reads fields of names.
    package var pattern: String?
    /// Tables with fields of recordings, such as labels that names do not tell.
    package var tables: [String] = []
    /// The rules of a challenge in place of the options; nil for the user's own.
    package var challenge: ScoringRules?
    /// Nil if recordings are scored, not sorted into classes.
    package var classes: ClassRequest?
    /// How sensors are followed over time; nil if they are not.
    package var trend: TrendSettings?
    /// What tells the time of recordings.
    package var time = TimeChoice.automatic
    /// What recordings that are no embeddings yet are embedded with.
    package var embedding = EmbeddingRequest()

    /// Whether recordings are held against others of the test, not against a bank of their own.
    package var findsItsBank: Bool {
        switch classes?.split {
        case .leaveOneOut, .folds: true
        case .bank: false
        case nil: leavesOneOut || trend != nil
        }
    }

    package init(bank: RowChoice, test: RowChoice) { (self.bank, self.test) = (bank, test) }

    /// Recordings of one side.
    package struct RowChoice: Hashable, Sendable {
        /// Output folders, or recordings and folders of them, or patterns of either.
        package var inputs: [String]
        /// What the fields of a recording have to be.
        package var conditions: [FieldCondition]

        package init(_ inputs: [String], conditions: [FieldCondition] = []) {
            (self.inputs, self.conditions) = (inputs, conditions)
        }
    }

    /// How recordings are sorted into classes.
    package struct ClassRequest: Hashable, Sendable {
        /// The field whose values are the classes.
        package var field: String
        package var k: Int
        package var split: Split
        package var channels = Classifier.Channels.fused

        /// Which recordings a recording's class is told from.
        package enum Split: Hashable, Sendable {
            /// All others.
            case leaveOneOut
            /// Those of the other folds.
            case folds(Int)
            /// Those of the bank.
            case bank
        }

        package init(field: String, k: Int, split: Split) {
            (self.field, self.k, self.split) = (field, k, split)
        }
    }

    /// How recordings are embedded in memory.
    package struct EmbeddingRequest: Sendable {
        /// Nil if there are only output folders.
        package var model: Echo.Model?
        /// False for a model that is a default, which nobody typed: folders have no use for it, and that is no mistake.
        package var isModelAsked = true
        package var device = "auto"
        package var channels: ChannelMode?
        /// How files are read that do not say it; without channels.
        package var signals = ReadingOptions()

        package init() {}
    }
}

/// What a field of a recording has to be, `FIELD=VALUE`, or must not be, `FIELD!=VALUE`.
package struct FieldCondition: Hashable, Sendable, CustomStringConvertible {
    package let field: String
    package let value: String
    /// Whether the field is to have the value.
    package let isEqual: Bool

    /// Reads `FIELD=VALUE` or `FIELD!=VALUE`; nil if there is no field or no `=`.
    package init?(_ text: String) {
        guard let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")), sign > text.startIndex else {
            return nil
        }
        let before = text.utf8[..<sign]
        isEqual = before.last != UInt8(ascii: "!")
        field = String(Substring(isEqual ? before : before.dropLast()))
        value = String(Substring(text.utf8[text.utf8.index(after: sign)...]))
        if field.isEmpty { return nil }
    }

    package var description: String { "\(field)\(isEqual ? "" : "!")=\(value)" }
}
