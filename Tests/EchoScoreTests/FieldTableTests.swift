import EchoScore
import Testing

@Suite(.timeLimit(.minutes(20)))
struct FieldTableTests {
    private func table(_ text: String, path: String = "labels.csv") throws -> FieldTable {
        try FieldTable(Array(text.utf8), path: path)
    }

    @Test func aFirstLineNamesFields() throws {
        let table = try table("file,label,load\na.wav,inner,1\nsub/b.wav,\"outer, 6\",\n")
        #expect(table.rowCount == 2)
        #expect(
            try table.fields(id: "a.wav", path: "/x/a.wav", machine: nil)
                == ["label": "inner", "load": "1"])
        #expect(
            try table.fields(id: "sub/b.wav", path: "/x/sub/b.wav", machine: nil)
                == ["label": "outer, 6"])
        #expect(try table.fields(id: "b.wav", path: "/x/other/b.wav", machine: nil) == nil)
        #expect(try table.fields(id: "xsub/b.wav", path: "/xsub/b.wav", machine: nil) == nil)
    }

    @Test func sirensListsHaveMachinesOnLinesOfTheirOwn() throws {
        let table = try table(
            """
            fan
            section_00_0000.wav,section_00_source_test_anomaly_0000_vel_1.wav,1
            valve
            section_00_0000.wav,section_00_target_test_normal_0000.wav,0
            """)
        let id = "section_00_0000.wav"
        #expect(
            try table.fields(id: id, path: id, machine: "fan") == [
                "section": "section_00", "domain": "source", "split": "test", "label": "anomaly",
            ])
        #expect(try table.fields(id: id, path: id, machine: "valve")?["domain"] == "target")
        #expect(try table.fields(id: id, path: id, machine: "pump") == nil)
        #expect(throws: FieldError.ambiguousTable(path: "labels.csv", id: id, lines: [2, 4])) {
            try table.fields(id: id, path: id, machine: nil)
        }
    }

    @Test func theOfficialTruthComesInThreeKinds() throws {
        func read(_ folder: String, _ value: String) throws -> [String: String]? {
            try table(
                "section_00_0000.wav,\(value)\r\n",
                path: "\(folder)/ground_truth_fan_section_00_test.csv"
            ).fields(id: "section_00_0000.wav", path: "", machine: "fan")
        }
        #expect(try read("ground_truth_data", "1") == ["label": "anomaly"])
        #expect(try read("ground_truth_domain", "1") == ["domain": "target"])
        #expect(try read("ground_truth_domain", "0") == ["domain": "source"])
        let telling = "section_00_source_test_normal_0031_car_B2.wav"
        #expect(try read("ground_truth_attributes", telling)?["label"] == "normal")
        #expect(
            try table(
                "section_00_0000.wav,1\n",
                path: "ground_truth_data/ground_truth_fan_section_00_test.csv"
            ).fields(id: "section_00_0000.wav", path: "", machine: "valve") == nil)
    }

    @Test func attributesOf2022TellTheName() throws {
        let table = try table(
            """
            file_name,d1p,d1v,file_name_with_attributes
            ToyCar/test/section_03_0000.wav,car,G2,ToyCar/test/section_03_target_test_anomaly_0011_car_G2.wav
            """)
        #expect(
            try table.fields(
                id: "section_03_0000.wav", path: "/d/ToyCar/test/section_03_0000.wav",
                machine: "ToyCar")
                == [
                    "d1p": "car", "d1v": "G2", "section": "section_03", "domain": "target",
                    "split": "test", "label": "anomaly",
                ])
    }

    @Test func aTableIsWhatAReaderAsks() throws {
        let list = try table("fan\nsection_00_0000.wav,section_00_target_test_anomaly_0000.wav,1\n")
        var reader = FieldReader(tables: [list])
        let id = "evaluation/fan/test/section_00_0000.wav"
        #expect(try reader.fields(id: id, path: id)["label"] == "anomaly")
        _ = try reader.fields(id: "section_00_0001.wav", path: "section_00_0001.wav")
        #expect(reader.counts.inTables == 1)
        #expect(throws: FieldError.self) {
            try reader.fields(id: "fan/source_test/section_00_0000.wav", path: "")
        }
    }

    @Test(arguments: [
        ("", 1), ("fan\na.wav,x,2\n", 2), ("a.wav,normal_id_00_00000001.wav,1\n", 1),
        ("a.wav,maybe\n", 1), ("a.wav,1,2,3\n", 1), ("file,label\na.wav\n", 2),
        ("id;label\na.wav;normal\n", 1), ("id\tlabel\n", 1),
        ("file,label\n\"a.wav,x\n", 2), ("file,label\n\n\na.wav,\"x\"y\n", 4),
    ])
    func damagedLinesAreNamed(_ text: String, _ line: Int) throws {
        let error = #expect(throws: FieldError.self) { try table(text) }
        guard case .badTable("labels.csv", line, _)? = error else {
            Issue.record("\(text): \(String(describing: error))")
            return
        }
    }

    @Test func aNumberThatIsNoDomainIsRefused() {
        #expect(throws: FieldError.self) {
            try table("a.wav,2\n", path: "ground_truth_domain/ground_truth_fan_section_00_test.csv")
        }
    }
}
