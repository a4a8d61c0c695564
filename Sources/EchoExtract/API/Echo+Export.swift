import EchoStore
import EchoTensor

extension Echo {
    /// Writes the normalised log spectrogram of a recording on disk, its channels averaged, as a
    /// `.npy` file of float32 `[bins, frames]`.
    ///
    /// - Returns: The shape.
    /// - Throws: ``EchoError`` where the recording cannot be read, the device fails or the file
    ///   cannot be written.
    package func exportSpectrogram(of path: String, to output: String) throws(EchoError) -> Shape {
        let spectrogram = try spectrogram(recording: path)
        try EchoError.translating {
            try NPYFile.write(spectrogram.values, shape: spectrogram.shape, to: output)
        }
        return spectrogram.shape
    }
}
