import EchoInvariant

/// One of the equal shares that a set of recordings is cut into, each for a process of its own.
public struct Shard: Hashable, Sendable, CustomStringConvertible {
    /// Which share this is, from 0.
    public let index: Int
    /// How many shares there are.
    public let count: Int

    /// How many shares there may be.
    package static let counts = 1...1_000_000

    /// Everything in one share.
    public static let whole = Shard(0, of: 1)

    /// - Precondition: `0 <= index < count`.
    package init(_ index: Int, of count: Int) {
        invariant(0 <= index && index < count, "shard \(index) of \(count)")
        (self.index, self.count) = (index, count)
    }

    /// Share `index` of `count`; nil if there is none: `count` is 1 to 1,000,000, `index` from 0.
    public init?(index: Int, count: Int) {
        guard Self.counts.contains(count), 0 <= index, index < count else { return nil }
        self.init(index, of: count)
    }

    /// Reads a shard as ``description`` writes it, such as `3/8`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false)
        guard numbers.count == 2, let index = Int(numbers[0]), let count = Int(numbers[1]),
            0 <= index, index < count
        else { return nil }
        self.init(index, of: count)
    }

    /// `3/8`: as the command line has it.
    public var description: String { "\(index)/\(count)" }

    /// `3of8`: what marks the files of this shard; empty if there is only one.
    var label: String { count == 1 ? "" : "\(index)of\(count)" }

    /// `-3of8` after the name of a file that every shard has; empty if there is only one.
    var suffix: String { count == 1 ? "" : "-\(label)" }

    /// Reads a ``label`` that is not empty.
    init?(label: some StringProtocol) {
        guard let middle = label.firstRange(of: "of"),
            let shard = Shard("\(label[..<middle.lowerBound])/\(label[middle.upperBound...])"),
            shard.label == label
        else { return nil }
        self = shard
    }
}
