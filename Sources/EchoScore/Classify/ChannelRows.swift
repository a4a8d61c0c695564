import EchoInvariant
import EchoStore

/// The embeddings of recordings: one row of each channel.
package struct ChannelRows: Sendable {
    /// A table for each channel, all with the same number of rows: row i is recording i.
    package let channels: [RowsInMemory]

    package init(_ channels: [RowsInMemory]) {
        invariant(!channels.isEmpty, "recordings have no channel")
        invariant(
            channels.allSatisfy { $0.rowCount == channels[0].rowCount },
            "the channels have \(channels.map(\.rowCount)) rows")
        self.channels = channels
    }

    package var rowCount: Int { channels[0].rowCount }

    /// Whether rows of both can be compared: as many channels, of the same widths.
    package func isLike(_ other: ChannelRows) -> Bool {
        channels.map(\.width) == other.channels.map(\.width)
    }

    /// The recordings with these numbers, in this order.
    package func rows(_ numbers: [Int]) -> ChannelRows {
        ChannelRows(
            channels.map { channel in
                var values: [Float] = []
                values.reserveCapacity(numbers.count * channel.width)
                for number in numbers { values += channel.row(number) }
                return RowsInMemory(values, width: channel.width)
            })
    }

    /// The channels of each recording in one row, one after the other.
    package var sideBySide: RowsInMemory {
        guard channels.count > 1 else { return channels[0] }
        var values: [Float] = []
        values.reserveCapacity(channels.reduce(0) { $0 + $1.values.count })
        for number in 0..<rowCount {
            for channel in channels { values += channel.row(number) }
        }
        return RowsInMemory(values, width: channels.reduce(0) { $0 + $1.width })
    }
}

extension RowsInMemory {
    func row(_ number: Int) -> ArraySlice<Float> {
        values[number * width..<(number + 1) * width]
    }
}
