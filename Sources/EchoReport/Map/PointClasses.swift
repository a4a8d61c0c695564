import EchoFormats

/// What points can be coloured by, and which colour is whose.
struct PointClasses {
    /// Colours for names; what has no colour of its own is grey.
    static let colourCount = 8
    /// Steps of the scale of scores.
    static let scoreSteps = 10

    enum Key: String, CaseIterable {
        case score, odd, label, group

        var title: String {
            switch self {
            case .score: "score"
            case .odd: "above or below the threshold"
            case .label: "label"
            case .group: "group"
            }
        }
    }

    /// The most frequent first; of equally many in the order of names.
    let groups: [String]
    /// In ``LabelOrder``.
    let labels: [String]
    /// Nil if no point has a score.
    let scores: ClosedRange<Double>?
    let hasThresholds: Bool
    /// Places in ``groups`` and ``labels``: of which there may be as many as points.
    let placeOfGroup: [String: Int]
    let placeOfLabel: [String: Int]

    init(_ maps: ReportMaps) {
        var (groups, labels): ([String: Int], [String: Int]) = ([:], [:])
        var range: ClosedRange<Double>?
        var hasThresholds = false
        for point in maps.maps.lazy.flatMap(\.points) {
            let recording = point.recording
            if let group = recording.group, !group.isEmpty { groups[group, default: 0] += 1 }
            if let label = recording.label { labels[label, default: 0] += 1 }
            if let score = recording.score {
                range =
                    min(range?.lowerBound ?? score, score)...max(range?.upperBound ?? score, score)
            }
            if recording.isOdd != nil { hasThresholds = true }
        }
        self.groups = Self.sorted(groups)
        self.labels = LabelOrder.sorted(labels)
        (scores, self.hasThresholds) = (range, hasThresholds)
        (placeOfGroup, placeOfLabel) = (Self.places(self.groups), Self.places(self.labels))
    }

    private static func sorted(_ counts: [String: Int]) -> [String] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }

    private static func places(_ names: [String]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    }

    /// What there is to choose from; the first is what the page shows without its script.
    var keys: [Key] {
        Key.allCases.filter { key in
            switch key {
            case .score: scores != nil
            case .odd: hasThresholds
            case .label: !labels.isEmpty
            case .group: !groups.isEmpty
            }
        }
    }

    /// The class of the style sheet that a point has by the first key.
    func style(of recording: ReportRecording) -> String {
        switch keys.first {
        case .score: recording.score.map { "s\(step(of: $0))" } ?? "none"
        case .odd: recording.isOdd.map { $0 ? "k3" : "k0" } ?? "none"
        case .label: Self.style(recording.label, placeOfLabel)
        case .group: Self.style(recording.group, placeOfGroup)
        case nil: "k0"
        }
    }

    private static func style(_ name: String?, _ places: [String: Int]) -> String {
        guard let name, let index = places[name] else { return "none" }
        return index < colourCount ? "k\(index)" : "rest"
    }

    func step(of score: Double) -> Int {
        guard let scores, scores.lowerBound < scores.upperBound else { return 0 }
        let place = (score - scores.lowerBound) / (scores.upperBound - scores.lowerBound)
        return min(Int(place * Double(Self.scoreSteps)), Self.scoreSteps - 1)
    }

    /// What the colours mean, without the page's script.
    var legend: HTML {
        switch keys.first {
        case .score:
            guard let scores else { return .empty }
            let steps = (0..<Self.scoreSteps).map { "<i class=\"s\($0)\"></i>" as HTML }
            return """
                <span class="scale">\(scores.lowerBound.shortText) <span>\(steps)</span> \
                \(scores.upperBound.shortText)</span>
                """
        case .odd: return Self.legend(["below the threshold", "above"], styles: ["k0", "k3"])
        case .label: return Self.legend(labels)
        case .group: return Self.legend(groups)
        case nil: return .empty
        }
    }

    private static func legend(_ names: [String]) -> HTML {
        let shown = names.prefix(colourCount)
        var html = legend(Array(shown), styles: shown.indices.map { "k\($0)" })
        if names.count > colourCount {
            html +=
                "<span><i class=\"rest\"></i>\((names.count - colourCount).counted("other"))</span>"
        }
        return html
    }

    private static func legend(_ names: [String], styles: [String]) -> HTML {
        HTML(
            zip(names, styles).map { name, style in
                "<span><i class=\"\(style)\"></i>\(HTML.name(name))</span>"
            })
    }
}
