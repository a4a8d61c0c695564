/// Which labels mean that a recording is normal.
package struct LabelMeaning: Hashable, Sendable {
    private let normal: Set<String>

    /// - Parameter normal: The labels of what is normal; all others are anomalous then. With none, the labels
    ///   that are ``known`` are understood and no others.
    package init(normal: [String] = []) { self.normal = Set(normal) }

    package static let known = "normal and 0, anomaly, anomalous, abnormal and 1"

    /// - Throws: ``FieldError/unknownLabel(id:label:)`` for a label that means neither.
    package func isAnomalous(_ label: String, of id: String) throws(FieldError) -> Bool {
        guard normal.isEmpty else { return !normal.contains(label) }
        switch label {
        case "normal", "0": return false
        case "anomaly", "anomalous", "abnormal", "1": return true
        default: throw .unknownLabel(id: id, label: label)
        }
    }
}
