import EchoFormats
import Glibc

/// The signal in a LabVIEW file, `.tdms`: the channels of a group, at the rate that their waveform says.
enum TDMSFile {
    /// - Parameter sampleRate: Hz, where the file does not say it.
    /// - Throws: ``SignalError`` if it is no such file, or it is open which channels are the signal.
    static func open(
        _ content: SignalContent, _ options: ReadingOptions, sampleRate: Int?
    ) throws(SignalError) -> any SampleSource {
        let file = try ByteFile(content)
        let index = try TDMSIndex(file, content)
        let (chosen, times) = try choose(index, file, content, options)
        if options.tdmsKey == nil { try requireAll(index, content) }
        let stored = try rate(chosen, content)
        guard let rate = stored?.hertz ?? sampleRate else {
            throw content.error(
                .noSampleRate(format: "a .tdms file without the property wf_increment"))
        }
        let counts = chosen.map(\.values.count)
        let length = counts.min() ?? 0
        guard length == counts.max() || index.isCutOff else {
            throw refusal("channels must all be as long", chosen.map(\.values), content)
        }
        for channel in chosen { try requireOneMeaning(channel, file, content, options.arrays) }
        var notes = [stored?.note]
        if index.isCutOff {
            notes.append(
                "cut off: its last segment is not whole; the \(length) samples that are there were "
                    + "embedded")
        }
        if !times.isEmpty {
            let names = times.map { quoted($0.path) }.joined(separator: ", ")
            notes.append("left out, as it rises by even steps like a time: \(names)")
        }
        return TDMSSource(
            content, file, chosen, frameCount: length, sampleRate: rate,
            note: Notes.joined(notes))
    }

    /// The channels that are the signal, and those beside them that are times.
    private static func choose(
        _ index: TDMSIndex, _ file: ByteFile, _ content: SignalContent, _ options: ReadingOptions
    ) throws(SignalError) -> (chosen: [TDMSSource.Channel], times: [TDMSChannel]) {
        let all = index.order.compactMap { index.objects[$0] }.filter(\.isChannel)
        if let key = options.tdmsKey {
            let keys = key.split(separator: ",").map { $0.trimmed }
            var (named, known, times) = ([TDMSSource.Channel](), Set<String>(), [TDMSChannel]())
            for key in keys {
                let found = all.filter { $0.path == key || fnmatch(key, $0.path, 0) == 0 }
                guard !found.isEmpty else {
                    throw refusal("has no channel \(quoted(key))", all, content)
                }
                for channel in found where known.insert(channel.path).inserted {
                    let signal = try self.channel(channel, index, content, options.arrays)
                    // What is called by its own name is meant, whatever it is.
                    if !keys.contains(channel.path), try isTime(signal, file) {
                        times.append(channel)
                    } else {
                        named.append(signal)
                    }
                }
            }
            guard !named.isEmpty else {
                throw refusal("has no channel \(quoted(key)) but times", all, content)
            }
            return (named, times)
        }
        let filled = all.filter {
            $0.count > 0
                && TDMSType.format($0.type ?? 0, isBigEndian: false, options.arrays) != nil
        }
        let groups = Set(filled.map { $0.names[0] })
        guard groups.count == 1 else {
            throw refusal("has \(groups.count) groups with channels of numbers", all, content)
        }
        var (chosen, times) = ([TDMSSource.Channel](), [TDMSChannel]())
        for channel in filled {
            let signal = try self.channel(channel, index, content, options.arrays)
            if try isTime(signal, file) {
                times.append(channel)
            } else {
                chosen.append(signal)
            }
        }
        guard !chosen.isEmpty else { throw refusal("has no channel but times", all, content) }
        guard chosen.count <= ArrayLayout.likelyChannelCount else {
            throw refusal("has \(chosen.count) channels that may be the signal", all, content)
        }
        return (chosen, times)
    }

    private static func isTime(
        _ channel: TDMSSource.Channel, _ file: ByteFile
    ) throws(SignalError) -> Bool {
        let count = channel.values.count
        let end = min(count, EvenRise.endLength)
        let head = try channel.numbers(file, at: 0, count: end)
        let tail = try channel.numbers(file, at: count - end, count: end)
        return EvenRise.holds(count: count, head: head, tail: tail)
    }

    /// A signal without one of its channels is another signal.
    private static func requireAll(
        _ index: TDMSIndex, _ content: SignalContent
    ) throws(SignalError) {
        let lost = index.order.compactMap { index.objects[$0] }
            .filter { $0.isPromised && $0.count == 0 }
        guard let first = lost.first else { return }
        throw content.error(
            .malformed(
                format: "a .tdms file",
                """
                it was cut off before the first value of the channel \(quoted(first.path)); others are \
                taken with --tdms-key
                """))
    }

    private static func channel(
        _ channel: TDMSChannel, _ index: TDMSIndex, _ content: SignalContent,
        _ options: ArrayOptions
    ) throws(SignalError) -> TDMSSource.Channel {
        guard channel.count > 0, let type = channel.type,
            var format = TDMSType.format(type, isBigEndian: false, options)
        else {
            throw refusal("the channel \(quoted(channel.path)) has no numbers", [channel], content)
        }
        let parents = index.objects.values.filter {
            $0.names.isEmpty || ($0.names.count == 1 && $0.names[0] == channel.names[0])
        }.sorted { $0.names.count > $1.names.count }
        do throws(TDMSChannel.UnknownScale) {
            let polynomials = try channel.scales(parents)
            // What is scaled by the file is in its own unit.
            if !polynomials.isEmpty, format.kind != .float { format.scale = .unscaled }
            return TDMSSource.Channel(values: channel, format: format, polynomials: polynomials)
        } catch {
            throw content.error(
                .elements(
                    "\(quoted(channel.path)) has a scale that is not read, \(quoted(error.name))"))
        }
    }

    /// Hz, from the time between samples, in seconds.
    private static func rate(
        _ channels: [TDMSSource.Channel], _ content: SignalContent
    ) throws(SignalError) -> StoredRate? {
        var rates: [Int: StoredRate] = [:]
        for channel in channels.map(\.values) {
            guard let step = channel.properties["wf_increment"]?.number, step > 0 else { continue }
            let rate = try StoredRate(
                1 / step, "1 / wf_increment of \(quoted(channel.path))", content)
            rates[rate.hertz] = rates[rate.hertz] ?? rate
        }
        guard rates.count <= 1 else {
            let found = rates.keys.sorted().map(String.init).joined(separator: ", ")
            throw content.error(
                .variable("has channels of several sample rates: \(found)", option: "--tdms-key"))
        }
        return rates.values.first
    }

    private static func requireOneMeaning(
        _ channel: TDMSSource.Channel, _ file: ByteFile, _ content: SignalContent,
        _ options: ArrayOptions
    ) throws(SignalError) {
        guard channel.polynomials.isEmpty else { return }
        try IntegerMeaning.require(
            channel.format, count: channel.values.count, quoted(channel.values.path), options,
            content
        ) { place, count throws(SignalError) in
            try channel.numbers(file, at: place, count: count)
        }
    }

    private static func refusal(
        _ text: String, _ channels: [TDMSChannel], _ content: SignalContent
    ) -> SignalError {
        let shown = channels.prefix(40).map(\.description).joined(separator: ", ")
        let listing = shown.isEmpty ? "none" : channels.count > 40 ? shown + ", …" : shown
        return content.error(.variable("\(text); it has: \(listing)", option: "--tdms-key"))
    }
}
