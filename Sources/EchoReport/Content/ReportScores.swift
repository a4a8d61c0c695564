/// The scores of a folder, counted: nothing in it grows with the number of recordings.
package struct ReportScores: Sendable {
    /// Where they were read.
    package var folder: String
    /// How they were made: names and values.
    package var settings: [ReportOverview.Setting] = []
    package var count = 0
    package var oddCount = 0
    /// Figures over groups, such as a machine's or a year's.
    package var figures: [ReportOverview.Setting] = []
    package var groups: [Group] = []
    /// One for all recordings, or one for each group.
    package var panels: [Panel] = []

    package init(folder: String) { self.folder = folder }

    package struct Group: Sendable {
        package var name: String
        package var count: Int
        /// Recordings above the threshold; nil if there is none.
        package var oddCount: Int?
        package var threshold: Double?
        /// Areas under the ROC curve, 0 to 1; nil if there are no labels.
        package var auc: Double?
        package var partialAUC: Double?

        package init(
            name: String, count: Int, oddCount: Int? = nil, threshold: Double? = nil,
            auc: Double? = nil, partialAUC: Double? = nil
        ) {
            (self.name, self.count, self.oddCount) = (name, count, oddCount)
            (self.threshold, self.auc, self.partialAUC) = (threshold, auc, partialAUC)
        }
    }

    /// A histogram: scores of one group, by label.
    package struct Panel: Sendable {
        package var name: String
        package var histogram: Histogram
        package var threshold: Double?

        package init(name: String, histogram: Histogram, threshold: Double? = nil) {
            (self.name, self.histogram, self.threshold) = (name, histogram, threshold)
        }
    }
}

/// Counts of values in steps of equal width.
package struct Histogram: Sendable {
    /// What is stacked in each step, from the bottom, such as labels.
    package let series: [String]
    package let scale: LinearScale
    /// For each step the count of each series.
    package private(set) var counts: [[Int]]

    /// About 40 steps of a round width, so that steps begin at round numbers.
    ///
    /// - Parameter range: The smallest and the largest value that comes; they may be equal.
    package init(over range: ClosedRange<Double>, series: [String]) {
        scale = LinearScale(over: range, aboutSteps: 40)
        self.series = series
        counts = Array(
            repeating: Array(repeating: 0, count: series.count), count: scale.stepCount)
    }

    /// Counts a value. What lies outside of the range counts in the nearest step.
    package mutating func add(_ value: Double, series: Int) {
        let step = ((value - scale.start) / scale.step).rounded(.down)
        counts[Int(min(max(step, 0), Double(counts.count - 1)))][series] += 1
    }

    /// The largest count of a step, all series together.
    package var largestCount: Int { counts.map { $0.reduce(0, +) }.max() ?? 0 }
    package var total: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }
}
