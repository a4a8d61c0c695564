import EchoScore
import EchoStore
import Testing

/// The four fault sets, as SIREN classifies them: eight pieces of a vector are channels, of which it takes seven
/// where it asks for several recordings at a time (docs/siren.md).
@Suite(.timeLimit(.minutes(20)))
struct SirenFaultTests {
    @Test(arguments: SirenFixture.faults)
    func figuresAreThoseOfSiren(_ fixture: SirenFixture) throws {
        let result = try classification(fixture)
        #expect(result.confusion.classes == fixture.classes?.sorted())
        #expect(ordered(result.confusion, as: try #require(fixture.classes)) == fixture.confusion)
        #expect(try abs(#require(result.confusion.accuracy) - #require(fixture.accuracy)) < 1e-12)
        #expect(try abs(#require(result.confusion.weightedF1) - #require(fixture.f1)) < 1e-12)
        #expect(result.accuracyByFold.count == (fixture.name == "iica" ? 5 : 0))
    }

    @Test func singleChannelsAreThoseOfSiren() throws {
        let fixture = try #require(SirenFixture.faults.first { $0.name == "mafaulda" })
        let expected = try #require(fixture.channels)
        #expect(expected.count == 8)
        for (channel, expected) in expected.enumerated() {
            let result = try classification(fixture, of: [channel])
            #expect(try abs(#require(result.confusion.accuracy) - expected.accuracy) < 1e-12)
            #expect(try abs(#require(result.confusion.weightedF1) - expected.f1_score) < 1e-12)
        }
    }

    @Test func howChannelsAreComparedMakesADifference() throws {
        let fixture = try #require(SirenFixture.faults.first { $0.name == "mafaulda" })
        let fused = try classification(fixture)
        let wide = try classification(fixture, compared: .sideBySide)
        #expect(fused.confusion != wide.confusion)
    }

    private func classification(
        _ fixture: SirenFixture, of channels: [Int]? = nil, compared: Classifier.Channels = .fused
    ) throws -> Classification {
        let isExternal = fixture.name == "iiee"
        let rows = try pieces(fixture, channels ?? Array(0..<(isExternal ? 8 : 7)))
        let labels = try #require(fixture.labels)
        let classes = Classes(labels)
        let numbers = labels.compactMap(classes.number(of:))
        let classifier = Classifier(k: 5, channels: compared, finder: ExactNearest())
        if isExternal {
            let bank = fixture.paths.indices.filter { fixture.paths[$0].hasPrefix("train_cut/") }
            let tests = fixture.paths.indices.filter { fixture.paths[$0].hasPrefix("test/") }
            let known = bank.map { numbers[$0] }
            let answers = try classifier.classify(
                rows.rows(tests), by: rows.rows(bank), classes: known)
            return Classification(
                classes: classes, truth: tests.map { numbers[$0] }, answers: answers,
                known: classes.counts(of: known), k: 5)
        }
        let folds = fixture.name == "iica" ? try #require(fixture.folds) : []
        let answers =
            folds.isEmpty
            ? try classifier.leaveOneOut(rows, classes: numbers)
            : try classifier.crossValidate(rows, classes: numbers, folds: folds)
        return Classification(
            classes: classes, truth: numbers, answers: answers,
            known: classes.counts(of: numbers).map { $0 - 1 }, k: 5, folds: folds)
    }

    /// Pieces of each vector as channels.
    private func pieces(_ fixture: SirenFixture, _ chosen: [Int]) throws -> ChannelRows {
        let (rows, width) = (try fixture.rows, fixture.width / 8)
        return ChannelRows(
            chosen.map { piece in
                let values = fixture.paths.indices.flatMap { row in
                    rows.values[
                        row * rows.width + piece * width..<row * rows.width + (piece + 1) * width]
                }
                return RowsInMemory(values, width: width)
            })
    }

    private func ordered(_ matrix: ConfusionMatrix, as classes: [String]) -> [[Int]] {
        let places = classes.map { matrix.classes.firstIndex(of: $0) ?? 0 }
        return places.map { row in places.map { matrix.counts[row][$0] } }
    }
}
