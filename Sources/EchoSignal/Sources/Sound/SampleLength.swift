/// How many bytes of samples a sound file holds: what its header says, held against what is there.
///
/// Sizes of 32 bits end at 4 GiB, programs that write to a pipe do not know the size when they write it,
/// and a recorder that dies leaves what it wrote first. Then the samples go on to the end of the file.
struct SampleLength {
    /// Bytes of samples that are there.
    let count: Int
    /// What is unusual about the header's size; nil if nothing is.
    let note: String?
    /// Whether `count` is another number than the header's.
    let differs: Bool

    /// - Parameters:
    ///   - stated: What the header says.
    ///   - start: Where the samples start.
    ///   - formEnd: Where the whole ends as its header says; nil if it does not.
    ///   - isOpen: Whether the header says, as the format allows, that the samples go to the end.
    ///   - wraps: Whether sizes are of 32 bits, so that of larger ones the rest by 2^32 stands there.
    init(
        stated: Int, start: Int, formEnd: Int?, isOpen: Bool = false, wraps: Bool,
        _ chunks: ChunkWalk
    ) throws(SignalError) {
        let available = max(0, chunks.file.byteCount - start)
        if isOpen {
            self.init(try chunks.trailingChunks(after: start) - start, nil, differs: true)
        } else if stated > available + ChunkWalk.slack, Self.isPlaceholder(stated) {
            let count = try chunks.trailingChunks(after: start) - start
            self.init(count, Self.note(missing: stated, count), differs: true)
        } else if stated > available + ChunkWalk.slack {
            self.init(available, Self.note(missing: stated, available), differs: true)
        } else if stated >= available - ChunkWalk.slack && stated > 0 {
            self.init(min(stated, available), nil, differs: false)
        } else if try Self.areChunks(after: start + stated, chunks) {
            self.init(stated, nil, differs: false)
        } else if let count = try Self.wrapped(stated, start, wraps: wraps, chunks) {
            self.init(count, Self.note(stated, count), differs: true)
        } else {
            let after = start + stated
            let isSound = stated > 0 && !Self.isPlaceholder(stated)
            let whole = try Self.wholeEnd(formEnd, after: after, chunks)
            let tail = whole ?? after
            let isHarmless = try chunks.isTagOrPadding(from: chunks.aligned(tail))
            if isSound, whole != nil || isHarmless {
                let note = """
                    its header promises \(stated) bytes of samples, which were read; \
                    \(chunks.file.byteCount - tail) bytes follow them and were not
                    """
                self.init(stated, isHarmless ? nil : note, differs: false)
            } else {
                let count = try chunks.trailingChunks(after: after) - start
                self.init(count, Self.note(stated, count), differs: true)
            }
        }
    }

    private init(_ count: Int, _ note: String?, differs: Bool) {
        (self.count, self.note, self.differs) = (count, note, differs)
    }

    /// Whether chunks follow up to `formEnd`, or else the file's end, with or without the bytes between
    /// them.
    private static func areChunks(
        after end: Int, to formEnd: Int? = nil, _ chunks: ChunkWalk
    ) throws(SignalError) -> Bool {
        if try chunks.areChunks(from: chunks.aligned(end), to: formEnd) { return true }
        return try chunks.areChunks(from: end, to: formEnd)
    }

    /// Where the whole ends by a header whose sizes agree: with the samples, which end at `after`, or with
    /// chunks behind them; nil if they do not agree.
    private static func wholeEnd(
        _ formEnd: Int?, after: Int, _ chunks: ChunkWalk
    ) throws(SignalError) -> Int? {
        guard let formEnd else { return nil }
        if abs(formEnd - after) <= ChunkWalk.slack { return after }
        guard (after...chunks.file.byteCount).contains(formEnd) else { return nil }
        return try areChunks(after: after, to: formEnd, chunks) ? formEnd : nil
    }

    /// The size of which `stated` is the rest by 2^32; nil if there are not so many bytes.
    private static func wrapped(
        _ stated: Int, _ start: Int, wraps: Bool, _ chunks: ChunkWalk
    ) throws(SignalError) -> Int? {
        let available = chunks.file.byteCount - start
        guard wraps, !isPlaceholder(stated), available - stated >= 1 << 32 - ChunkWalk.slack else {
            return nil
        }
        var count = stated + 1 << 32
        while count <= available + ChunkWalk.slack {
            if try chunks.areChunks(from: chunks.aligned(start + count)) {
                return min(count, available)
            }
            count += 1 << 32
        }
        return available
    }

    private static func note(missing stated: Int, _ available: Int) -> String {
        if isPlaceholder(stated) {
            return """
                its header leaves the length open, so nobody can tell whether it is whole; it was \
                read to the end of the file
                """
        }
        return """
            cut off: \(available) bytes are there of \(stated) that its header promises; what is \
            there was embedded
            """
    }

    private static func note(_ stated: Int, _ count: Int) -> String {
        """
        its header promises \(stated) bytes of samples, and \(count) are there: it was read to the end \
        of the file
        """
    }

    /// What writers to pipes, who cannot know, put down as the length: nearly 2 or 4 GiB, or all bits.
    static func isPlaceholder(_ byteCount: Int) -> Bool {
        byteCount == .max
            || [1 << 31, 1 << 32].contains { ($0 - 0x1_0000...$0).contains(byteCount) }
    }
}
