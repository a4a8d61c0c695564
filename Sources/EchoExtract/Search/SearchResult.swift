/// What a search found.
package struct SearchResult: Sendable, Encodable {
    package let folder: String
    package let level: String
    package let metric: String
    package let device: String
    /// One for each query, and for each channel where channels are embedded one by one.
    package internal(set) var answers: [SearchAnswer] = []
    /// Queries that could not be looked for.
    package internal(set) var failures: [Failure] = []
    /// What has to be known besides, a sentence each: what was left out, what is unusual.
    package internal(set) var notes: [String] = []

    package struct Failure: Sendable, Encodable {
        package let query: String
        package let reason: String
    }

    /// True if a query failed, or the sound of a hit could not be written.
    package var isIncomplete: Bool {
        !failures.isEmpty || answers.contains { $0.hits.contains { $0.clipProblem != nil } }
    }
}

/// The nearest rows to a query.
package struct SearchAnswer: Sendable, Encodable {
    /// As it was asked for.
    package let query: String
    /// `id` or `recording`.
    package let kind: String
    package let id: String
    package let channel: Int?
    /// N*D.
    package let width: Int
    /// Rows of the query: 1, or at segment level its segments.
    package let queryRowCount: Int
    /// Rows that were searched, without its own.
    package let searchedRowCount: Int
    /// Rows of the folder that are the query itself, and were left out.
    package let ownRowCount: Int
    /// Rows of other widths, which no distance leads to: their recordings have another sample rate.
    package let otherRowCount: Int
    package internal(set) var hits: [SearchHit] = []
}

/// A row that is near.
package struct SearchHit: Sendable, Encodable {
    /// From 1.
    package let rank: Int
    package let id: String
    package let channel: Int?
    /// Where its recording was read.
    package let path: String
    package let distance: Double
    /// At segment level the second of the recording at which the segment starts, and at which it ends; and the
    /// same of the query's segment that it is near to.
    package let start: Double?
    package let end: Double?
    package let queryStart: Double?
    package let queryEnd: Double?
    /// The file of its sound, what is unusual about that, and why there is none.
    package internal(set) var clip: String?
    package internal(set) var clipNote: String?
    package internal(set) var clipProblem: String?
}
