import EchoFormats

/// Numbers in a file with the extents of an array: what `.npy`, `.npz` and `.mat` files come to.
struct NumberArray {
    /// Where ``file`` is, to open it again.
    let content: SignalContent
    let file: ByteFile
    let format: SampleFormat
    /// Where the numbers start in the file.
    let start: Int
    /// As the file has them, and whether the first of them runs fastest.
    let dimensions: [Int]
    let isFortranOrder: Bool
    /// What messages call it.
    let name: String
    /// What is unusual about the file around it; nil if nothing is.
    var remark: String?

    /// Numbers that its extents make; `Int.max` where they overflow.
    var elementCount: Int { dimensions.elementCount }

    /// Numbers of it that the file holds: fewer if it was cut off.
    var heldCount: Int {
        min(elementCount, max(0, file.byteCount - start) / format.byteCount)
    }

    /// As messages list it: `"x" 300x2 float64`.
    var description: String {
        "\(name) \(dimensions.map(String.init).joined(separator: "x")) \(format.name)"
    }

    /// The same array by another name.
    func named(_ name: String) -> NumberArray {
        NumberArray(
            content: content, file: file, format: format, start: start, dimensions: dimensions,
            isFortranOrder: isFortranOrder, name: name, remark: remark)
    }

    /// Its only number, unscaled; nil if it is none or several.
    func onlyNumber() throws(SignalError) -> Double? {
        guard elementCount == 1, heldCount == 1 else { return nil }
        return try numbers(at: 0, count: 1).first
    }

    /// Whether it is a vector that rises by even steps, as a time does.
    func isTime() throws(SignalError) -> Bool {
        let count = elementCount
        guard dimensions.count(where: { $0 != 1 }) == 1, heldCount == count else { return false }
        let end = min(count, EvenRise.endLength)
        let (head, tail) = (
            try numbers(at: 0, count: end), try numbers(at: count - end, count: end)
        )
        return EvenRise.holds(count: count, head: head, tail: tail)
    }

    /// Its samples. A channel that rises evenly is left out if there are others, and noted.
    ///
    /// - Parameter note: What is unusual about their rate; nil if nothing is.
    /// - Throws: ``SignalError`` if its extents or its integers may mean two things, or it ends early.
    func source(
        sampleRate: Int, _ options: ArrayOptions, _ note: String? = nil
    ) throws(SignalError) -> any SampleSource {
        let layout = try ArrayLayout(
            dimensions, isFortranOrder: isFortranOrder, timeAxis: options.timeAxis, name, content)
        var frameCount = layout.sampleCount
        if heldCount < elementCount {
            guard layout.isInterleaved, heldCount >= layout.channelCount else { throw cutOff() }
            frameCount = heldCount / layout.channelCount
        }
        try requireOneMeaning(options)
        let times = try timeChannels(layout, frameCount)
        let others = (0..<layout.channelCount).filter { !times.contains($0) }
        let used = others.isEmpty ? times : others
        let note = self.note(layout, frameCount, times, note)
        func raw(_ channelCount: Int, at place: Int) -> RawSource {
            RawSource(
                content, file, format, sampleRate: sampleRate, channelCount: channelCount,
                start: start + place * format.byteCount, frameCount: frameCount, note: note)
        }
        guard layout.isInterleaved else {
            // One open file for all of them.
            return PlanarSource(used.map { raw(1, at: $0 * layout.sampleCount) })
        }
        let all = raw(layout.channelCount, at: 0)
        return used.count == layout.channelCount ? all : SelectedChannels(used, of: all)
    }

    /// What is unusual about it; nil if nothing is.
    private func note(
        _ layout: ArrayLayout, _ frameCount: Int, _ times: [Int], _ earlier: String?
    ) -> String? {
        var notes = [earlier, remark]
        if frameCount < layout.sampleCount {
            notes.append(
                "cut off: \(frameCount) samples are there of \(layout.sampleCount) that its header "
                    + "promises; what is there was embedded")
        }
        if times.count == layout.channelCount {
            notes.append("rises by even steps, as a time does")
        } else if !times.isEmpty {
            notes.append(
                "left out of \(layout.channelCount) channels, as it rises by even steps like a time: "
                    + times.map { "\($0)" }.joined(separator: ", "))
        }
        return Notes.joined(notes)
    }

    /// A vector as one channel of several.
    func channel(
        sampleRate: Int, _ options: ArrayOptions, _ note: String?
    ) throws(SignalError) -> RawSource {
        guard heldCount == elementCount else { throw cutOff() }
        try requireOneMeaning(options)
        return RawSource(
            content, file, format, sampleRate: sampleRate, channelCount: 1, start: start,
            frameCount: elementCount, note: note)
    }

    /// Channels that rise evenly over the frames that are there.
    private func timeChannels(
        _ layout: ArrayLayout, _ frameCount: Int
    ) throws(SignalError) -> [Int] {
        let end = min(frameCount, EvenRise.endLength)
        let rows = layout.isInterleaved ? 1 : layout.channelCount
        let columns = layout.channelCount / rows
        var found: [Int] = []
        // Rows of interleaved channels, or one row for each channel.
        for row in 0..<rows {
            let first = row * layout.sampleCount
            let head = try numbers(at: first, count: end * columns)
            let tail = try numbers(
                at: first + (frameCount - end) * columns, count: end * columns)
            for column in 0..<columns {
                func values(_ numbers: [Double]) -> [Double] {
                    stride(from: column, to: numbers.count, by: columns).map { numbers[$0] }
                }
                let rises = EvenRise.holds(
                    count: frameCount, head: values(head), tail: values(tail))
                if rises { found.append(row + column) }
            }
        }
        return found
    }

    private func requireOneMeaning(_ options: ArrayOptions) throws(SignalError) {
        try IntegerMeaning.require(format, count: heldCount, name, options, content) {
            place, count throws(SignalError) in try numbers(at: place, count: count)
        }
    }

    /// Numbers as they are, unscaled.
    private func numbers(at place: Int, count: Int) throws(SignalError) -> [Double] {
        let first = start + place * format.byteCount
        let bytes = try file.bytes(first..<first + count * format.byteCount)
        return bytes.withUnsafeBytes { bytes in
            (0..<count).map { format.number(bytes, at: $0 * format.byteCount) }
        }
    }

    private func cutOff() -> SignalError {
        content.error(
            .malformed(
                format: "an array",
                "\(name) ends after \(heldCount) of its \(elementCount) numbers"))
    }
}

extension [Int] {
    /// Elements of an array of these extents; `Int.max` where they overflow.
    var elementCount: Int {
        if contains(0) { return 0 }
        return reduce(1) { product, extent in
            let (result, overflow) = product.multipliedReportingOverflow(by: extent)
            return overflow ? Int.max : result
        }
    }
}
