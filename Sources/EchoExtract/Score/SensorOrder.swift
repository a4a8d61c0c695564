import EchoFormats
import EchoScore

/// The recordings of a sensor in the order of time.
struct SensorOrder {
    /// Rows of the catalog.
    let rows: [Int]
    /// Seconds since 1970, ascending; nil if the order is that of the names.
    let times: [Double?]
    /// Recordings that have the time of another.
    private(set) var sharedCount = 0

    /// - Throws: ``EchoError`` if a recording has no time, or two orders are equally likely.
    init(_ rows: [Int], of catalog: RowCatalog, by choice: TimeChoice) throws(EchoError) {
        let named = rows.map { (row: $0, id: catalog.id(of: $0), time: catalog.time(of: $0)) }
            .sorted { NaturalOrder.isBefore($0.id, $1.id) }
        guard choice != .order else {
            self.rows = named.map(\.row)
            times = named.map { _ in nil }
            return
        }
        if let unknown = named.first(where: { $0.time == nil }) {
            throw EchoError(
                .usage,
                "\(shown(unknown.id)): nobody knows when it was recorded, and --baseline asks for the order "
                    + "of time. Give --time FIELD, or --time order for the order of the names.")
        }
        // Stable: of equal times the order of the names holds.
        let ordered = named.enumerated().sorted {
            ($0.element.time ?? 0, $0.offset) < ($1.element.time ?? 0, $1.offset)
        }
        if choice == .automatic, catalog.times.isOfFilesAlone {
            try Self.requireOneOrder(named.map(\.id), ordered.map(\.element.id))
        }
        self.rows = ordered.map(\.element.row)
        times = ordered.map(\.element.time)
        sharedCount = zip(times, times.dropFirst()).count { $0 == $1 }
    }

    /// Names that count (`1.csv`, `2.csv`, ...) say an order, and files that were copied later say another.
    private static func requireOneOrder(_ byName: [String], _ byTime: [String]) throws(EchoError) {
        let mismatch = zip(byName, byTime).first { !$0.hasSameBytes(as: $1) }
        guard let (name, other) = mismatch, Set(byName.map(NaturalOrder.skeleton)).count == 1 else {
            return
        }
        throw EchoError(
            .usage,
            "the names count, and the times when their files were changed say another order: by its name "
                + "\(shown(name)) comes before \(shown(other)), by its file after it. Say which is right, --time "
                + "order or --time modified.")
    }
}
