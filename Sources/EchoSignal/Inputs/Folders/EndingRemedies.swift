/// How files can be taken that a search of folders and archives skips for their endings: a table, to which
/// whatever reads one more format adds a line.
enum EndingRemedies {
    private static let table: [(endings: String, remedy: String)] = [
        ("npy", "take them with --sample-rate"),
        ("mat", "take them with --sample-rate or --mat-rate"),
        ("npz", "take them with --sample-rate or --npz-rate"),
        ("tdms", "take them with --sample-rate or --tdms-key"),
        ("csv tsv txt", "take them with --sample-rate or --csv-rate"),
        ("raw pcm bin dat", "take them with --raw"),
        (FileKind.endingsOfFFmpeg.joined(separator: " "), "take them with --ffmpeg"),
        ("h5 hdf5 parquet feather pkl pt uff unv", "save their signals as .npy or .wav"),
        ("zip 7z rar gz bz2 xz zst lz4 lzma z", "unpack them"),
        // Those of a folder are searched.
        ("tar tgz tbz2 txz tzst", "unpack the tar that they are in: none is searched in another"),
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

    /// What takes files of an ending (`.mat`); nil if they seem to be no signals at all.
    static func remedy(_ ending: String) -> String? { remedies[ending] }
}
