import EchoFormats

/// What the page's script draws maps from: columns of numbers, and names.
struct MapData {
    let maps: ReportMaps
    let classes: PointClasses
    /// Code points of a name; longer ones are cut.
    let nameLimit: Int

    var json: JSONValue {
        let range = classes.scores.map { [Self.number($0.lowerBound), Self.number($0.upperBound)] }
        return .object([
            "groups": .array(classes.groups.map(name)),
            "labels": .array(classes.labels.map(name)),
            "scores": .array(range ?? []),
            "maps": .array(maps.maps.map(columns)),
        ])
    }

    private func columns(_ map: ReportMaps.Map) -> JSONValue {
        let places = MapFigure.places(map.points)
        let recordings = map.points.map(\.recording)
        let (groups, labels) = (classes.placeOfGroup, classes.placeOfLabel)
        return .object([
            "x": .array(places.map { .integer($0.x) }),
            "y": .array(places.map { .integer($0.y) }),
            "name": .array(recordings.map { name($0.name) }),
            "group": .array(recordings.map { .integer($0.group.flatMap { groups[$0] } ?? -1) }),
            "label": .array(recordings.map { .integer($0.label.flatMap { labels[$0] } ?? -1) }),
            "score": .array(recordings.map { $0.score.map(Self.number) ?? .null }),
            "odd": .array(recordings.map { .integer($0.isOdd.map { $0 ? 1 : 0 } ?? -1) }),
            "clip": .array(map.points.map { .integer($0.clip ?? -1) }),
        ])
    }

    private func name(_ text: String) -> JSONValue { .string(shown(text, limit: nameLimit)) }

    private static func number(_ value: Double) -> JSONValue { .number(value.shortText) }
}
