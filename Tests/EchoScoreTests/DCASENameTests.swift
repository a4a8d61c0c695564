import EchoScore
import Testing

@Suite(.timeLimit(.minutes(20)))
struct DCASENameTests {
    @Test(arguments: [
        // 2021 and later
        (
            "section_00_source_train_normal_0001_strength_1_ambient.wav",
            ["section": "section_00", "domain": "source", "split": "train", "label": "normal"]
        ),
        (
            "section_02_target_test_anomaly_0049_vel_4.wav",
            ["section": "section_02", "domain": "target", "split": "test", "label": "anomaly"]
        ),
        (
            "section_00_source_train_normal_0001_noAttribute.flac",
            ["section": "section_00", "domain": "source", "split": "train", "label": "normal"]
        ),
        // Test sets without labels: 2021, and from 2022 on
        (
            "section_03_source_test_0000.wav",
            ["section": "section_03", "domain": "source", "split": "test"]
        ),
        ("section_03_0199.wav", ["section": "section_03"]),
        // By Swift's characters there would be no underscore before the mark.
        ("section_03_0199_\u{301}.wav", ["section": "section_03"]),
        // 2025
        (
            "section_00_noise_supplemental_0001.wav",
            ["section": "section_00", "split": "supplemental"]
        ),
        // 2020
        ("normal_id_00_00000000.wav", ["section": "id_00", "label": "normal"]),
        ("anomaly_id_06_00000115.wav", ["section": "id_06", "label": "anomaly"]),
        ("id_01_00000000.wav", ["section": "id_01"]),
        // Others
        ("section_00.wav", [:]), ("section_a_0000.wav", [:]), ("sectional_00_0000.wav", [:]),
        ("id_00.wav", [:]), ("normal_id_00_00000000_copy.wav", [:]), ("B007_1.mat", [:]),
        ("normal.wav", [:]), ("", [:]), ("section_00_source_train_normal.wav", [:]),
    ])
    func namesOfFiles(_ name: String, _ fields: [String: String]) {
        #expect(DCASEName.fields(ofName: name) == fields)
    }

    @Test(arguments: [
        ("fan/train/x.wav", ["machine": "fan", "split": "train"]),
        (
            "/data/dcase2023t2/dev_data/raw/fan/train/x.wav",
            ["machine": "fan", "split": "train", "set": "development"]
        ),
        (
            "eval_data/raw/Vacuum/test/x.wav",
            ["machine": "Vacuum", "split": "test", "set": "evaluation"]
        ),
        ("development/fan/test/x.wav", ["machine": "fan", "split": "test", "set": "development"]),
        ("evaluation/fan/test/x.wav", ["machine": "fan", "split": "test", "set": "evaluation"]),
        (
            "additional_train/fan/train/x.wav",
            ["machine": "fan", "split": "train", "set": "evaluation"]
        ),
        ("fan/source_test/x.wav", ["machine": "fan", "split": "test", "domain": "source"]),
        ("fan/target_test/x.wav", ["machine": "fan", "split": "test", "domain": "target"]),
        ("fan/supplemental/x.wav", ["machine": "fan", "split": "supplemental"]),
        ("train/x.wav", ["split": "train"]),
        // A folder of ours further up says nothing of the data.
        ("/home/me/development/sounds/fan/test/x.wav", ["machine": "fan", "split": "test"]),
        ("fan/x.wav", [:]), ("x.wav", [:]), ("train.wav", [:]), ("", [:]),
    ])
    func folders(_ path: String, _ fields: [String: String]) {
        #expect(DCASEName.fields(ofFoldersIn: path) == fields)
    }
}
