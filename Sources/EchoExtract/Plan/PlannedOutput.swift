import EchoModel
import EchoStore

/// The bytes that a run writes: arrays, their headers, and lines of manifests.
struct PlannedOutput {
    let layout: FolderLayout
    let level: Extraction.Level
    let element: ArrayElement
    /// D, of the model.
    let embeddingWidth: Int

    /// Bytes of a `.npy` header, and of a line of a manifest without the recording's path and id: 450 were measured
    /// with pocl, whose tiles are named at length.
    private static let headerByteCount = 128.0
    private static let lineByteCount = 480.0
    /// Of a file's hash in a line; in parts a table has one in one line.
    private static let hashByteCount = 86.0

    /// - Parameters:
    ///   - nameByteCount: Of the paths and ids of the recordings.
    ///   - partCount: Parts that are written.
    func byteCount(
        _ work: RecordingWork, nameByteCount: Double, partCount: Int
    ) -> Double {
        let isFiles = layout == .files
        let valueByteCount = isFiles || element == .float32 ? 4.0 : 2.0
        var values = 0.0
        var arrays = 0.0
        for stored in level.stored {
            values += stored == .utterance ? work.utteranceBands : work.segmentBands
            // In parts a table for each width, few enough.
            arrays += isFiles ? work.outputs : Double(partCount)
        }
        let arrayByteCount = Self.headerByteCount + Self.hashByteCount
        return values * Double(embeddingWidth) * valueByteCount + arrays * arrayByteCount
            + work.outputs * Self.lineByteCount + nameByteCount
    }
}
