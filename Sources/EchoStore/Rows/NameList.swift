/// Many names in one piece of memory: their bytes, and 8 bytes for each.
package struct NameList: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    package init() {}

    package var count: Int { ends.count }

    package mutating func append(_ name: String) {
        bytes.append(contentsOf: name.utf8)
        ends.append(bytes.count)
    }

    package subscript(index: Int) -> String {
        String(decoding: bytes[start(of: index)..<ends[index]], as: UTF8.self)
    }

    func lastEquals(_ name: String) -> Bool {
        !ends.isEmpty && bytes[start(of: count - 1)...].elementsEqual(name.utf8)
    }

    private func start(of index: Int) -> Int { index == 0 ? 0 : ends[index - 1] }
}
