/// Opens what libsndfile reads, and what ffmpeg makes readable.
enum SoundOpening {
    /// - Parameters:
    ///   - usesFFmpeg: Whether ffmpeg may decode what libsndfile does not.
    ///   - isUnwanted: Asked now and then while ffmpeg decodes.
    /// - Throws: ``SignalError`` if nothing reads it.
    static func open(
        _ content: SignalContent, usesFFmpeg: Bool, _ isUnwanted: () -> Bool
    ) throws(SignalError) -> any SampleSource {
        do throws(SignalError) {
            return try sound(content)
        } catch {
            guard usesFFmpeg, isForFFmpeg(error) else { throw error }
            return try FFmpeg.decode(content, isUnwanted)
        }
    }

    /// What libsndfile reads, by itself or link by link.
    private static func sound(_ content: SignalContent) throws(SignalError) -> any SampleSource {
        let file = try ByteFile(content)
        guard try file.bytes(upTo: 4, at: 0) == Array("OggS".utf8) else {
            return try FileSource(content, file, SoundLayout(file, content))
        }
        let pages = try OggPages(file)
        if let doubt = pages.doubt {
            throw content.error(
                .ambiguousSamples(
                    doubt,
                    remedy: "Save each as a file of its own: ffmpeg -i FILE -map 0:a:0 ONE.wav."))
        }
        let layouts = pages.links.indices.map { number in
            let link = pages.links[number]
            return SoundLayout(
                link.isFLAC ? link.packets : [.file(link.range)], note: pages.note(number))
        }
        guard layouts.count > 1 else {
            return try FileSource(
                content, file, layouts.first ?? SoundLayout([.file(0..<file.byteCount)]))
        }
        return try ChainedSource(content, file, layouts)
    }

    private static func isForFFmpeg(_ error: SignalError) -> Bool {
        switch error.cause {
        case .unreadable, .needsFFmpeg: true
        default: false
        }
    }
}
