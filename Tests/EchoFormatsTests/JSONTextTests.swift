import EchoFormats
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct JSONTextTests {
    private struct Table: Encodable {
        var rowCount = 2
        var newMember = 3
        /// Keys are data.
        var declinedNodes = ["layerNorm": "noHalf", "rowCount": "say \"a\", {b}"]
        var batches = [["clipCount": 1]]
        var places: [Place] = [Place(), Place()]
        var nothing: [Int] = []
    }

    private struct Place: Encodable {
        var sampleRate = 16_000
        var norms: [String: Double] = [:]
    }

    /// An old name over one with an old name.
    private struct Outer: Encodable {
        var ownFolders = [Place()]
    }

    private func object(_ value: some Encodable) throws -> [String: Any] {
        let text = JSONText.text(value, keepsOldSpellings: true)
        return try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    @Test(arguments: [
        ("sampleRate", "sample_rate"), ("weightsSHA256", "weights_sha256"), ("k", "k"),
        ("openCLVersion", "opencl_version"), ("openCLPlatforms", "opencl_platforms"),
        ("macro_f1", "macro_f1"), ("cpuPath", "cpu_path"),
        ("supportsSubGroups", "supports_sub_groups"), ("URLPath", "url_path"),
        ("is16Bit", "is16_bit"),
    ])
    func namesAreSpelledWithUnderscores(name: String, spelling: String) {
        #expect(MemberNames.snakeCase(name) == spelling)
    }

    @Test func oldSpellingsStandBesideTheNewOnesAndNoOthers() throws {
        let table = try object(Table())
        #expect(
            Set(table.keys) == [
                "row_count", "rowCount", "new_member", "declined_nodes", "declinedNodes", "batches",
                "places", "nothing",
            ])
        #expect(table["row_count"] as? Int == 2 && table["rowCount"] as? Int == 2)
        let places = try #require(table["places"] as? [[String: Any]])
        #expect(places.map { $0["sample_rate"] as? Int } == [16_000, 16_000])
        #expect(places.map { $0["sampleRate"] as? Int } == [16_000, 16_000])
    }

    /// As for a command that 0.1.0 did not have.
    @Test func whatIsNewHasTheNewSpellingsAlone() {
        let text = JSONText.text(Table())
        #expect(text.contains("\"row_count\" : 2") && text.contains("\"sample_rate\""))
        #expect(!text.contains("\"rowCount\" : 2") && !text.contains("sampleRate"), "\(text)")
        #expect(!text.contains("declinedNodes") && !text.contains("\u{10FFFD}"), "\(text)")
    }

    @Test func keysThatAreDataStayAsTheyAre() throws {
        let table = try object(Table())
        for name in ["declined_nodes", "declinedNodes"] {
            #expect(table[name] as? [String: String] == Table().declinedNodes)
        }
        #expect(table["batches"] as? [[String: Int]] == [["clipCount": 1]])
    }

    @Test func belowTwoSpellingsEachCopyHasOne() throws {
        let outer = try object(Outer())
        let new = try #require((outer["own_folders"] as? [[String: Any]])?.first)
        let old = try #require((outer["ownFolders"] as? [[String: Any]])?.first)
        #expect(Set(new.keys) == ["sample_rate", "norms"])
        #expect(Set(old.keys) == ["sampleRate", "norms"])
    }

    @Test func everyOldSpellingHasANewOne() {
        for name in MemberNames.kept {
            let spelling = MemberNames.snakeCase(name)
            #expect(spelling != name && spelling == spelling.lowercased())
        }
    }
}
