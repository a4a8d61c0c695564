import EchoSignal
import Testing

import EchoExtract

@Suite(.timeLimit(.minutes(20))) struct OutputPlanTests {
    /// Sizes from a byte to a gigabyte, a function of the number.
    private static func inputs(_ count: Int) -> InputList {
        var state: UInt64 = 42
        return InputList(
            (0..<count).map { index in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let size = 1 << Int((state >> 33) % 31)
                return Input(path: "in/\(index)", name: "\(index)", byteCount: size)
            })
    }

    @Test(arguments: [1, 2, 7, 64], [0, 1, 63, 1000])
    func shardsAreDisjointCompleteAndInOrder(shardCount: Int, count: Int) {
        let shards = OutputPlan.shards(Self.inputs(count), count: shardCount)
        #expect(shards.count == shardCount)
        #expect(shards.flatMap { $0 }.sorted() == Array(0..<count))
        #expect(shards.allSatisfy { $0 == $0.sorted() })
    }

    /// No shard has more than the mean and its largest recording.
    @Test(arguments: [2, 7, 64])
    func shardsAreBalancedBySize(shardCount: Int) {
        let inputs = Self.inputs(1000)
        let total = inputs.reduce(0) { $0 + $1.byteCount }
        let largest = inputs.map(\.byteCount).max() ?? 0
        for shard in OutputPlan.shards(inputs, count: shardCount) {
            let load = shard.reduce(0) { $0 + inputs[$1].byteCount }
            #expect(load <= total / shardCount + largest)
        }
    }

    /// The plan is that of a search for the lightest, one by one: folders that were begun go on.
    @Test(arguments: [2, 3, 8, 61])
    func eachGoesToTheLightestShard(shardCount: Int) {
        let inputs = InputList(Array(Self.inputs(500)) + Array(Self.inputs(500)))
        var loads = [Int](repeating: 0, count: shardCount)
        var shards = [[Int]](repeating: [], count: shardCount)
        let largestFirst = inputs.indices.sorted {
            (inputs[$1].byteCount, $0) < (inputs[$0].byteCount, $1)
        }
        for index in largestFirst {
            let lightest = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
            loads[lightest] += inputs[index].byteCount
            shards[lightest].append(index)
        }
        #expect(OutputPlan.shards(inputs, count: shardCount) == shards.map { $0.sorted() })
    }

    /// Sparse files may claim more together than an integer holds, and there may be more shards than
    /// recordings.
    @Test func sizesAndShardsMayBeHuge() {
        let inputs = InputList(
            (0..<5).map { Input(path: "\($0)", name: "\($0)", byteCount: .max - $0) })
        #expect(OutputPlan.shards(inputs, count: 2).flatMap { $0 }.sorted() == Array(0..<5))
        #expect(OutputPlan.parts(inputs, size: .max) == (0..<5).map { $0..<$0 + 1 })
        #expect(OutputPlan.shards(inputs, count: 1_000_000).count { !$0.isEmpty } == 5)
    }

    @Test func inputsOfUnknownSizeAreSpreadByNumber() {
        let inputs = InputList((0..<10).map { Input(path: "\($0)", name: "\($0)") })
        #expect(OutputPlan.shards(inputs, count: 3).map(\.count) == [4, 3, 3])
    }

    @Test func partsCoverEverythingUpToTheirSizeAndBytes() {
        let inputs = Self.inputs(1000)
        let parts = OutputPlan.parts(inputs, size: 16)
        #expect(parts.flatMap { $0 } == Array(0..<1000))
        #expect(parts.allSatisfy { (1...16).contains($0.count) })
        for part in parts {
            let before = inputs[part.dropLast()].reduce(0) { $0 + $1.byteCount }
            #expect(before < OutputPlan.partByteLimit, "it ends with the one that passes the limit")
        }
        #expect(parts.contains { $0.count == 16 } && parts.contains { $0.count < 16 })
    }

    /// What makes a resumed run cut as the run before did.
    @Test func theRestAfterAnyPartIsCutTheSame() {
        let inputs = Self.inputs(300)
        let parts = OutputPlan.parts(inputs, size: 7)
        for (number, part) in parts.enumerated() {
            let rest = OutputPlan.parts(InputList(inputs[part.upperBound...]), size: 7)
            let shifted = rest.map {
                $0.lowerBound + part.upperBound..<$0.upperBound + part.upperBound
            }
            #expect(shifted == Array(parts[(number + 1)...]))
        }
    }
}
