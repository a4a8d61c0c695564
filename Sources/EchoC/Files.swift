import CEchoGPU
import EchoExtract
import EchoFormats
import EchoSignal

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_features_of_files(
    _ encoder: OpaquePointer?, _ request: UnsafePointer<CChar>?, _ row: echo_gpu_row_callback?,
    _ progress: echo_gpu_progress?, _ context: UnsafeMutableRawPointer?,
    _ summary: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
    status { () throws(Failure) in
        summary?.pointee = nil
        let echo = try OpenEncoders.encoder(encoder)
        guard let row else { throw .usage("row is null; give a function that takes rows") }
        let work = try FilesRequest.read(CText.read(request, "request"))
        let done = try Failure.translating { () throws(EchoError) in
            try RowExtraction(work, on: echo).run {
                Caller.goesOn(progress, context, done: $0, total: $1)
            } row: {
                $0.hand(to: row, context)
            }
        }
        summary?.pointee = CText.copy(JSONText.text(done, keepsOldSpellings: true))
    }
}

extension RecordingRow {
    /// Hands it to the caller; false if it wants no more.
    fileprivate func hand(
        to row: echo_gpu_row_callback, _ context: UnsafeMutableRawPointer?
    ) -> Bool {
        let answer = fields.text.withCString { fields in
            utterance.withUnsafeBufferPointer { utterance in
                segments.withUnsafeBufferPointer { segments in
                    var row_ = echo_gpu_row(
                        fields: fields,
                        utterance: utterance.isEmpty ? nil : utterance.baseAddress,
                        segments: segments.isEmpty ? nil : segments.baseAddress,
                        width: Int64(width), rows: Int64(rowCount))
                    return row(context, &row_)
                }
            }
        }
        return answer == 0
    }

    /// Rows of the segment embeddings.
    private var rowCount: Int { width == 0 ? 0 : segments.count / width }
}
