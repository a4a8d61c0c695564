import CEchoGPU
import EchoExtract

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_shape_of_signal(
    _ encoder: OpaquePointer?, _ samples: Int64, _ sample_rate: Int64,
    _ shape: UnsafeMutablePointer<echo_gpu_shape>?
) -> Int32 {
    status { () throws(Failure) in
        let echo = try OpenEncoders.encoder(encoder)
        guard let shape else { throw .usage("shape is null; give a place for it") }
        shape.pointee = .init(
            try Failure.translating { () throws(EchoError) in
                try echo.shape(sampleCount: Int(samples), sampleRate: Int(sample_rate))
            })
    }
}

/// As echo_gpu.h says.
@c @implementation
public func echo_gpu_shape_of_spectrogram(
    _ encoder: OpaquePointer?, _ frames: Int64, _ sample_rate: Int64,
    _ shape: UnsafeMutablePointer<echo_gpu_shape>?
) -> Int32 {
    status { () throws(Failure) in
        let echo = try OpenEncoders.encoder(encoder)
        guard let shape else { throw .usage("shape is null; give a place for it") }
        shape.pointee = .init(
            try Failure.translating { () throws(EchoError) in
                try echo.shape(frameCount: Int(frames), sampleRate: Int(sample_rate))
            })
    }
}

extension echo_gpu_shape {
    fileprivate init(_ shape: EmbeddingShape) {
        self.init(
            width: Int64(shape.width), rows: Int64(shape.rowCount), bands: Int64(shape.bandCount),
            bins: Int64(shape.binCount), frames: Int64(shape.frameCount))
    }
}
