import EchoScore
import EchoStore
import Testing

/// The search on devices gives what the definition gives, to the bit, whatever the device and the blocks.
@Suite(.timeLimit(.minutes(20))) struct NearestSearchTests {
    /// Rows of a block.
    private static let blocks = [1, 7, 300, 5000]

    @Test(arguments: NearestDevices.all, HardRows.allCases)
    func hardRowsComeInTheirOrder(device: NearestDevices, rows: HardRows) throws {
        let (bank, queries) = (rows.bank, rows.queries)
        for metric in Metric.allCases {
            for count in [1, 10] {
                let expected = try ExactNearest().nearest(
                    count, to: queries, in: bank, by: metric, excluding: [])
                for rows in [150, 5000] {
                    let search = try device.search(blockByteCount: 4 * bank.width * rows)
                    let found = try search.nearest(
                        count, to: queries, in: bank, by: metric, excluding: [])
                    #expect(found == expected, "\(metric), \(count), blocks of \(rows)")
                }
            }
        }
    }

    @Test(arguments: NearestDevices.all, blocks)
    func everyBlockSizeGivesTheSame(device: NearestDevices, rows: Int) throws {
        let (bank, queries) = (HardRows.clusters.bank, HardRows.clusters.queries)
        // More than a block has, more than the bank has, and a query's own row and neighbours left out.
        let excluded = (0..<queries.rowCount).map { $0 > 3 ? [$0 + 1] : Array(100..<400) }
        for count in [1, 3, 800] {
            let expected = try ExactNearest().nearest(
                count, to: queries, in: bank, by: .cosine, excluding: excluded)
            let search = try device.search(blockByteCount: 4 * bank.width * rows)
            let found = try search.nearest(
                count, to: queries, in: bank, by: .cosine, excluding: excluded)
            #expect(found == expected, "\(count)")
            #expect(found[4].count == min(count, bank.rowCount - 1))
            #expect(found[4].first?.row != 5)
        }
    }

    @Test(arguments: NearestDevices.all, Metric.allCases)
    func aPreparedBankGivesTheSame(device: NearestDevices, metric: Metric) throws {
        let (bank, queries) = (HardRows.close.bank, HardRows.close.queries)
        let prepared = try PreparedBank(
            bank, by: metric, blockByteCount: 4 * bank.width * 256)
        let search = try device.search(blockByteCount: 1 << 20)
        for _ in 0..<2 {
            let found = try search.nearest(
                5, to: queries, in: prepared, by: metric, excluding: [])
            let expected = try ExactNearest().nearest(
                5, to: queries, in: bank, by: metric, excluding: [])
            #expect(found == expected)
        }
    }

    /// Rows whose cosine to each other is 0.99 and more are told apart without float64 on all of them: with
    /// the mean taken away, float32 tells them apart.
    @Test(arguments: NearestDevices.all, Metric.allCases)
    func closeRowsNeedNoWholeBlocks(device: NearestDevices, metric: Metric) throws {
        for rows in [HardRows.random, .close] {
            let search = try device.search(blockByteCount: 4 * HardRows.width * 256)
            _ = try search.nearest(
                3, to: rows.queries, in: rows.bank, by: metric, excluding: [])
            #expect(search.wholeBlockCount == 0, "\(rows)")
        }
    }

    @Test func moreQueriesThanAProductTakesAreFound() throws {
        let bank = HardRows.random.bank
        let search = try NearestDevices.all[0].search(blockByteCount: 1 << 16)
        let found = try search.nearest(1, to: bank, in: bank, by: .euclidean, excluding: [])
        #expect(found.map { $0.map(\.row) } == (0..<bank.rowCount).map { [$0] })
        #expect(found.allSatisfy { $0[0].distance == 0 })
    }

    @Test func nothingIsFoundInAnEmptyBank() throws {
        let search = try NearestDevices.all[0].search(blockByteCount: 1 << 16)
        let empty = RowsInMemory([], width: HardRows.width)
        let queries = HardRows.random.queries
        let found = try search.nearest(3, to: queries, in: empty, by: .cosine, excluding: [])
        #expect(found == [[Neighbour]](repeating: [], count: queries.rowCount))
        #expect(
            try search.nearest(3, to: empty, in: queries, by: .cosine, excluding: []).isEmpty)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func whatIsNotFiniteIsNamed(value: Float) throws {
        let bank = HardRows.random.bank
        var values = bank.values
        values[500 * HardRows.width + 3] = value
        let broken = RowsInMemory(values, width: HardRows.width)
        for device in NearestDevices.all {
            let search = try device.search(blockByteCount: 1 << 16)
            for (queries, bank, row) in [
                (HardRows.random.queries, broken, "row 500"), (broken, bank, "row 500"),
            ] {
                let error = try #require(throws: StoreError.self) {
                    try search.nearest(1, to: queries, in: bank, by: .cosine, excluding: [])
                }
                #expect(error.description.contains(row), "\(error)")
            }
            // What failed leaves nothing behind that the next search would meet.
            #expect(
                try search.nearest(
                    1, to: HardRows.random.queries, in: bank, by: .cosine, excluding: []
                ).count == 7)
        }
    }
}
