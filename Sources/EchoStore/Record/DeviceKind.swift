/// What computed an embedding, so far as its bits depend on it: devices of one kind give the same bits,
/// whatever their numbers on whatever machine.
package struct DeviceKind: Hashable, Comparable, Sendable {
    package let name: String
    /// The version of its driver; nil if nobody says.
    package let driver: String?
    /// The family of its kernels and the sizes of their tiles; nil for the CPU path.
    package let tiles: String?

    package init(name: String, driver: String? = nil, tiles: String? = nil) {
        (self.name, self.driver, self.tiles) = (name, driver, tiles)
    }

    package static func < (first: DeviceKind, second: DeviceKind) -> Bool {
        (first.name, first.driver ?? "", first.tiles ?? "")
            < (second.name, second.driver ?? "", second.tiles ?? "")
    }

    /// The members of a JSON object that say what computed something: where kinds were mixed, their
    /// values with commas between them.
    package static func members(_ kinds: some Sequence<DeviceKind>) -> [(String, String)] {
        let kinds = Set(kinds).sorted()
        func joined(_ part: (DeviceKind) -> String?) -> String? {
            let texts = kinds.compactMap(part)
            return texts.isEmpty ? nil : texts.joined(separator: ", ")
        }
        return [
            ("device", joined(\.name)), ("driver", joined(\.driver)), ("tiles", joined(\.tiles)),
        ]
        .compactMap { name, text in text.map { (name, $0) } }
    }
}
