import EchoTensor

/// Whole NPY files: numpy's format for one array.
package enum NPYFile {
    /// Writes float32 values in C order; the file appears whole or not at all.
    ///
    /// - Throws: ``StoreError`` if the shape has another number of elements, or writing fails.
    package static func write(
        _ values: UnsafeBufferPointer<Float>, shape: Shape, to path: String
    ) throws(StoreError) {
        let stream = try NPYStream(path: path, shape: shape)
        try stream.append(values)
        try stream.commit()
        try FolderSync.sync(stream.folder)
    }

    /// Writes float32 values in C order; the file appears whole or not at all.
    ///
    /// - Throws: ``StoreError`` if the shape has another number of elements, or writing fails.
    package static func write(
        _ values: [Float], shape: Shape, to path: String
    ) throws(StoreError) {
        try values.withUnsafeBufferPointer { buffer throws(StoreError) in
            try write(buffer, shape: shape, to: path)
        }
    }

    /// Reads an array of float32, float16 or float64 (which is rounded) as float32, in C order.
    ///
    /// Headers are hostile input: no more memory is taken than the file has bytes.
    ///
    /// - Throws: ``StoreError`` if the file cannot be read or is not such an array.
    package static func read(_ path: String) throws(StoreError) -> HostTensor {
        try NPYReader(path: path).tensor()
    }
}
