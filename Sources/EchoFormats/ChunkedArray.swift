/// An array that grows by pieces of memory: of millions of elements no copy is made on the way, which would
/// need the room twice.
package struct ChunkedArray<Element> {
    private static var chunkBits: Int { 14 }
    private static var chunkCount: Int { 1 << chunkBits }

    private var chunks: [[Element]] = []
    package private(set) var count = 0

    package init() {}

    package mutating func append(_ element: Element) {
        if count & (Self.chunkCount - 1) == 0 {
            var chunk: [Element] = []
            chunk.reserveCapacity(chunks.isEmpty ? 0 : Self.chunkCount)
            chunks.append(chunk)
        }
        chunks[chunks.count - 1].append(element)
        count += 1
    }

    package subscript(index: Int) -> Element {
        get { chunks[index >> Self.chunkBits][index & (Self.chunkCount - 1)] }
        _modify { yield &chunks[index >> Self.chunkBits][index & (Self.chunkCount - 1)] }
    }
}

extension ChunkedArray: Sendable where Element: Sendable {}
