/// The order in which labels have their colours, the same in all drawings.
package enum LabelOrder {
    /// What is normal first, then the most frequent; of equally many in the order of names.
    package static func sorted(_ counts: [String: Int]) -> [String] {
        counts.sorted { first, second in
            let isNormal = (normal.contains(first.key), normal.contains(second.key))
            if isNormal.0 != isNormal.1 { return isNormal.0 }
            return (second.value, first.key) < (first.value, second.key)
        }.map(\.key)
    }

    private static let normal: Set = ["normal", "0"]
}
