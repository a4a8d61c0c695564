import EchoScore

/// The rows of a catalog that are bank or test.
struct RowSelection: Sendable {
    let catalog: RowCatalog
    /// Numbers of rows, rising.
    let rows: [Int]
    /// Rows that were left out, by the reason.
    private(set) var leftOut: [String: Int] = [:]

    /// The reason of rows that whoever asked does not want.
    static let unwanted = ""

    var leftOutCount: Int { leftOut.values.reduce(0, +) }

    init(
        _ catalog: RowCatalog,
        keeping reason: (_ fields: [String: String], _ row: Int) throws -> String?
    ) rethrows {
        // What is kept follows from the fields, and few sets of them differ.
        var verdicts: [Int: String?] = [:]
        var rows: [Int] = []
        for row in 0..<catalog.rowCount {
            let set = catalog.setNumber(of: row)
            let verdict: String?
            if let known = verdicts[set] {
                verdict = known
            } else {
                verdict = try reason(catalog.fieldSets[set], row)
                verdicts[set] = .some(verdict)
            }
            if let verdict { leftOut[verdict, default: 0] += 1 } else { rows.append(row) }
        }
        (self.catalog, self.rows) = (catalog, rows)
    }

    /// What was left out though nobody asked for that, in a sentence; nil if nothing was.
    func warning(_ side: String) -> String? {
        let parts = leftOut.filter { $0.key != Self.unwanted }.sorted { $0.key < $1.key }
        guard !parts.isEmpty else { return nil }
        return "left out of the \(side): "
            + parts.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}

extension [FieldCondition] {
    /// Whether a recording is wanted: of the values that a field is to have one holds, for every field, and none
    /// of those that it must not have. A recording without the field has none of them.
    func hold(_ fields: [String: String]) -> Bool {
        Dictionary(grouping: self, by: \.field).allSatisfy { field, conditions in
            let wanted = conditions.filter(\.isEqual)
            return (wanted.isEmpty || wanted.contains { $0.value == fields[field] })
                && conditions.allSatisfy { $0.isEqual || $0.value != fields[field] }
        }
    }
}
