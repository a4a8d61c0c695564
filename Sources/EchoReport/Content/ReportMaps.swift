/// Maps of embeddings, one for each width, and what their points are.
package struct ReportMaps: Sendable {
    /// The most recordings first.
    package var maps: [Map] = []
    /// Rows that are embedded, of which the maps show some.
    package var rowCount = 0
    /// How those were chosen; nil if all are shown.
    package var choice: String?

    package init() {}

    package struct Map: Sendable {
        package var width: Int
        /// Shares of the variance that the two axes show, 0 to 1.
        package var shares: [Double]
        package var points: [Point]

        package init(width: Int, shares: [Double], points: [Point]) {
            (self.width, self.shares, self.points) = (width, shares, points)
        }
    }

    package struct Point: Sendable {
        package var recording: ReportRecording
        /// Along both axes.
        package var place: SIMD2<Float>
        /// Its sound, a place in ``ReportContent/clips``; nil if the page has none.
        package var clip: Int?

        package init(_ recording: ReportRecording, at place: SIMD2<Float>, clip: Int? = nil) {
            (self.recording, self.place, self.clip) = (recording, place, clip)
        }
    }
}
