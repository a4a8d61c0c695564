import EchoGPU
import Testing

/// How many queries of a sequence a work-group takes.
@Suite(.timeLimit(.minutes(20))) struct AttentionGroupTests {
    /// 64 tokens fit 48 KiB at once; of 126 NVIDIA's 48 KiB hold the scores of 32, where the 64 KiB
    /// of AMD and Intel hold those of 64, whose four waves are more than the two of one group of
    /// 32.
    @Test(arguments: [
        (64, 48, 64), (64, 64, 64), (17, 64, 32), (126, 48, 32), (126, 64, 64), (126, 32, 16),
        (3, 48, 4),
    ])
    func asManyQueriesAsLocalMemoryLeavesItemsFor(tokens: Int, kibibytes: Int, queries: Int) {
        let limit = kibibytes << 10
        let group = AttentionGroup(
            tokens, 64, keyTile: 32, largestGroup: 1024, fairLimit: min(limit, 48 << 10),
            limit: limit)
        #expect(group.queries == queries)
        #expect(group.localByteCount <= limit)
    }

    /// 64 queries would be 256 work-items.
    @Test func noMoreWorkItemsThanTheDeviceAllows() {
        let group = AttentionGroup(
            64, 64, keyTile: 32, largestGroup: 128, fairLimit: 48 << 10, limit: 64 << 10)
        #expect(group.queries == 32)
    }
}
