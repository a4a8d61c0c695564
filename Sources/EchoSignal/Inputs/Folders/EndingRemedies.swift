/// How files can be taken that a search of folders and archives skips for their endings: a table, to which
/// whatever reads one more format adds a line.
enum EndingRemedies {
    private static let table: [(endings: String, remedy: String)] = [
        ("npy mat", "take them with --sample-rate"),
        ("csv tsv txt", "take them with --csv-columns"),
        ("raw pcm bin dat", "take them with --raw"),
        (
            "aac ac3 amr ape avi dts eac3 m4a m4b m4v mka mkv mov mp4 mpc mpg oma ra tta webm wma "
                + "wmv wv 3gp", "take them with --ffmpeg"
        ),
        ("npz tdms h5 hdf5 parquet feather pkl pt uff unv", "save their signals as .npy or .wav"),
        ("zip 7z rar", "unpack them"),
        // Also names that are times, whose endings are numbers.
        (SkippedFiles.noEnding, "take them with --text or --raw, where they are signals"),
    ]

    private static let remedies: [String: String] = {
        var remedies: [String: String] = [:]
        for line in table {
            if line.endings == SkippedFiles.noEnding {
                remedies[line.endings] = line.remedy
            } else {
                for ending in line.endings.split(separator: " ") {
                    remedies["." + ending] = line.remedy
                }
            }
        }
        return remedies
    }()

    /// What takes files of an ending (`.mat`); nil where they seem to be no signals at all.
    static func remedy(_ ending: String) -> String? { remedies[ending] }
}
