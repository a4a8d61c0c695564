import EchoFormats
import EchoStore

/// Which rows may be compared with each other.
extension RunRecord {
    /// Settings that make other embeddings of the same recording; all others say how files are read or written.
    private static let deciding = [
        "weights_sha256", "heads", "results", "precision", "channels", "resample",
    ]

    /// The names of the settings for which distances between rows of this record and of another mean nothing.
    func settingsApart(from other: RunRecord) -> [String] {
        let (ours, theirs) = (compared, other.compared)
        return Self.deciding.filter { ours[$0] != theirs[$0] }
    }
}

extension RunRecords {
    /// What to say of embeddings of runs that there is no record of.
    func unknown(_ run: String, in folder: String) -> String {
        "\(folder): there is no record of the settings \(run), so that nobody can tell "
            + "whether these embeddings have the same weights and settings as the others; restore "
            + "its run.json, or embed the recordings anew"
    }
}
