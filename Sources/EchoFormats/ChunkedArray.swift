/// An array that grows by pieces of memory: of millions of elements no copy is made on the way, which would
/// need the room twice.
///
/// Inlinable: other rooms' loops over millions of elements are compiled for their type.
package struct ChunkedArray<Element> {
    @usableFromInline var chunks: [[Element]] = []
    @inlinable package var count: Int { size }
    @usableFromInline var size = 0

    @inlinable package init() {}

    @inlinable package mutating func append(_ element: Element) {
        if size & 0x3FFF == 0 {
            var chunk: [Element] = []
            chunk.reserveCapacity(chunks.isEmpty ? 0 : 0x4000)
            chunks.append(chunk)
        }
        chunks[chunks.count - 1].append(element)
        size += 1
    }

    @inlinable package subscript(index: Int) -> Element {
        get { chunks[index >> 14][index & 0x3FFF] }
        _modify { yield &chunks[index >> 14][index & 0x3FFF] }
    }
}

extension ChunkedArray: Sendable where Element: Sendable {}
