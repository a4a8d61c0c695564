/// A recording with a score, as far as figures ask.
package struct ScoredClip: Hashable, Sendable {
    package let id: String
    package let fields: [String: String]
    /// The truth; nil if nobody tells.
    package let isAnomalous: Bool?
    /// The larger, the odder.
    package let score: Double

    package init(id: String, fields: [String: String], isAnomalous: Bool?, score: Double) {
        (self.id, self.fields) = (id, fields)
        (self.isAnomalous, self.score) = (isAnomalous, score)
    }
}

/// A figure of a group of recordings.
package struct GroupFigure: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case auc, partialAUC = "pauc"
    }

    package let kind: Kind
    package let group: GroupKey
    package let normalCount: Int
    package let anomalousCount: Int
    /// 0 to 1.
    package let value: Double
}

/// Means over groups.
package struct MeanFigures: Hashable, Sendable {
    /// Nil if there is no such figure.
    package let auc: Double?
    package let partialAUC: Double?
    /// Over the AUC and partial AUC of all groups alike.
    package let all: Double?

    init(_ figures: [GroupFigure], _ mean: Mean) {
        auc = mean(figures.filter { $0.kind == .auc }.map(\.value))
        partialAUC = mean(figures.filter { $0.kind == .partialAUC }.map(\.value))
        all = mean(figures.map(\.value))
    }
}
