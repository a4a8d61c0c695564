import EchoFormats
import EchoScore

/// Test rows and the bank that they are compared with.
struct RowGroup: Sendable {
    let key: GroupKey
    /// Rows of the catalogs, rising; of one width, all of them.
    var bank: [Int] = []
    /// Places in the selection of the test, rising.
    var test: [Int] = []
}

/// The groups of a scoring.
struct RowGroups: Sendable {
    private(set) var groups: [RowGroup] = []
    /// What is unusual about them, a sentence each.
    private(set) var warnings: [String] = []
    /// Rows of the bank whose group has no test.
    private(set) var unusedCount = 0

    /// - Throws: `FieldError` for a row without a field that groups ask for; ``EchoError`` if a group has a test
    ///   and no bank, or rows of several widths.
    init(bank: RowSelection, test: RowSelection, by rule: BankRule) throws {
        var byKey: [GroupKey: RowGroup] = [:]
        try Self.forEach(bank, rule) { key, row, _ in
            byKey[key, default: RowGroup(key: key)].bank.append(row)
        }
        try Self.forEach(test, rule) { key, _, place in
            byKey[key, default: RowGroup(key: key)].test.append(place)
        }
        groups = byKey.values.sorted { $0.key < $1.key }
        let unused = groups.filter(\.test.isEmpty)
        unusedCount = unused.reduce(0) { $0 + $1.bank.count }
        if let first = unused.first {
            warnings.append(
                "of \(groups.count.counted("group")) \(unused.count) without a test, the first of them "
                    + "\(first.key.title): \(unusedCount.counted("recording")) of the bank not used"
            )
        }
        groups.removeAll(where: \.test.isEmpty)
        try requireBanks(bank, test)
        try requireNames()
        for group in groups { try check(group, bank, test) }
    }

    private static func forEach(
        _ selection: RowSelection, _ rule: BankRule,
        _ body: (_ key: GroupKey, _ row: Int, _ place: Int) -> Void
    ) throws {
        var keys: [Int: GroupKey] = [:]
        let catalog = selection.catalog
        for (place, row) in selection.rows.enumerated() {
            let set = catalog.setNumber(of: row)
            let key: GroupKey
            if let known = keys[set] {
                key = known
            } else {
                key = try rule.bank(of: catalog.fieldSets[set], id: catalog.id(of: row))
                keys[set] = key
            }
            body(key, row, place)
        }
    }

    private func requireBanks(_ bank: RowSelection, _ test: RowSelection) throws(EchoError) {
        let empty = groups.filter(\.bank.isEmpty)
        guard let first = empty.first else { return }
        let example = test.catalog.id(of: test.rows[first.test[0]])
        let names = empty.prefix(5).map(\.key.title).joined(separator: ", ")
        let more = empty.count > 5 ? ", and \(empty.count - 5) more" : ""
        throw EchoError(
            .data,
            "no recording of the bank is in \(names)\(more), and \(first.test.count) of the test are, such as "
                + "\(example). Add recordings to the bank, leave these out with --test-where, or group "
                + "by other fields.")
    }

    /// Requires that names tell groups apart, whose values may have slashes.
    private func requireNames() throws(EchoError) {
        var known: [String: GroupKey] = [:]
        for group in groups {
            guard let other = known.updateValue(group.key, forKey: group.key.name) else { continue }
            let texts = [other, group.key].map { key in
                key.fields.map { "\($0.name) \"\($0.value)\"" }.joined(separator: ", ")
            }
            throw EchoError(
                .data,
                "\(texts[0]) and \(texts[1]) are two groups of one name, \(group.key.name). Write the values of "
                    + "these fields without slashes.")
        }
    }

    /// Requires one width, and warns of rates that differ nevertheless.
    private mutating func check(
        _ group: RowGroup, _ bank: RowSelection, _ test: RowSelection
    ) throws(EchoError) {
        var examples: [(width: Int, rate: String, id: String)] = []
        // By width too: joined channels make wider embeddings at one rate.
        var seen: [Int: Set<String>] = [:]
        let rows =
            group.bank.map { (bank.catalog, $0) }
            + group.test.map { (test.catalog, test.rows[$0]) }
        for (catalog, row) in rows {
            let rate = catalog.fields(of: row)[FieldName.sampleRate] ?? ""
            let width = catalog.width(of: row)
            guard seen[width, default: []].insert(rate).inserted else { continue }
            examples.append((width, rate, catalog.id(of: row)))
        }
        guard let first = examples.first else { return }
        if let other = examples.first(where: { $0.width != first.width }) {
            let reason =
                first.rate == other.rate
                ? "\(first.id) and \(other.id) have \(first.rate) Hz and other numbers of channels"
                : "\(first.id) has \(first.rate) Hz and \(other.id) \(other.rate) Hz"
            let remedy =
                first.rate == other.rate
                ? "Score them apart with --group-by \(FieldName.width), or embed all with --channels mean."
                : "Score the rates apart with --group-by sample_rate, or embed all with --resample."
            throw EchoError(
                .data,
                "\(group.key.title): \(reason), so that their embeddings have \(first.width) and "
                    + "\(other.width) values, and no distance. \(remedy)")
        }
        if examples.count > 1 {
            warnings.append(
                "\(group.key.title) has recordings of several rates: "
                    + examples.map { "\($0.rate) Hz (\($0.id))" }.joined(separator: ", "))
        }
    }
}

extension GroupKey {
    /// As messages call it.
    var title: String { fields.isEmpty ? "the only group" : "group \(name)" }
}
