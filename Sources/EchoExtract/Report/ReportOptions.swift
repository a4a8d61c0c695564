/// What a report is to show, and where it goes.
package struct ReportOptions: Sendable {
    /// Recordings that are shown with picture and sound, if nothing else is said: each with a
    /// neighbour they fill half of what a page may take.
    package static let defaultExampleCount = 40
    /// Seconds of each recording that are heard and seen.
    package static let defaultClipSeconds = 5.0

    /// An output folder of `extract`.
    package var folder: String
    /// A folder that `score` wrote; nil for none.
    package var scores: String?
    /// The page.
    package var output: String
    /// Links to the recordings in place of sounds in the page.
    package var linksAudio = false
    /// Where recordings lie now; nil for where the manifests say.
    package var recordings: String?
    package var clipSeconds = ReportOptions.defaultClipSeconds
    package var exampleCount = ReportOptions.defaultExampleCount
    /// Fields whose values make a recording's group, if there are no scores.
    package var groupFields: [String] = []

    package init(folder: String, output: String) { (self.folder, self.output) = (folder, output) }
}

/// What came of a report.
package struct ReportSummary: Sendable, Codable {
    package let path: String
    package let byteCount: Int
    /// Points of the maps, of this many rows.
    package let pointCount: Int
    package let rowCount: Int
    /// Recordings with a spectrogram.
    package let pictureCount: Int
    /// Sounds in the page, or linked.
    package let soundCount: Int
    /// Recordings that the page was to show and that are gone or cannot be read.
    package let missingCount: Int
    /// What the page says of itself, a sentence each.
    package let notes: [String]
}
