/// Everything that a page shows. Whoever fills it reads folders and recordings; the page only
/// draws.
package struct ReportContent: Sendable {
    /// The folder that it is about, as the user named it.
    package var folder: String
    /// The program and its version, such as `echo-gpu 0.5.0`.
    package var program: String
    /// When the page was made: seconds since 1970.
    package var made: Double
    package var overview: ReportOverview
    /// Nil if there are no scores.
    package var scores: ReportScores?
    /// Scores over time that are drawn, and what is known of sensors that have no drawing.
    package var trends: [ReportTrend] = []
    package var otherBands: [ReportTrend.Band] = []
    package var maps = ReportMaps()
    package var examples = ReportExamples()
    /// Sounds of examples and of points.
    package var clips: [Clip] = []
    /// What is unusual about the folder, the scores or the page itself, a sentence each.
    package var notes: [String] = []

    package init(folder: String, program: String, made: Double, overview: ReportOverview) {
        (self.folder, self.program, self.made) = (folder, program, made)
        self.overview = overview
    }

    /// A sound in the page, or the address of one.
    package enum Clip: Sendable {
        case embedded(DataURL)
        case linked(RelativeURL)

        package var address: String {
            switch self {
            case .embedded(let url): url.text
            case .linked(let url): url.text
            }
        }
    }
}

/// A recording, or a channel of it, as a page names it.
package struct ReportRecording: Hashable, Sendable {
    package var id: String
    /// The channel, from 0, where channels are embedded one by one; else nil.
    package var channel: Int?
    package var group: String?
    package var label: String?
    /// Seconds since 1970, UTC.
    package var time: Double?
    /// Nil if it was not scored.
    package var score: Double?
    /// The score from which on recordings of its group are odd; nil if there is none.
    package var threshold: Double?
    /// Hz, and seconds.
    package var sampleRate: Int?
    package var duration: Double?

    package init(id: String, channel: Int? = nil) { (self.id, self.channel) = (id, channel) }

    /// Nil if there is no score or no threshold.
    package var isOdd: Bool? {
        guard let score, let threshold else { return nil }
        return score > threshold
    }
}
