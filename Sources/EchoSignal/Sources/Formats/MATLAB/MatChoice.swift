import EchoFormats
import Glibc

/// The values of a MATLAB file that are the signal and its rate: those that were named, or the only signal
/// there is.
struct MatChoice {
    /// The sample rate, where the file was said to hold it.
    let rate: StoredRate?
    /// One array, or vectors that are channels.
    private let signals: [NumberArray]
    /// Names of the times among what a pattern fits.
    private let times: [String]
    private let content: SignalContent

    /// How CWRU's bearing data name the drive end.
    private static let driveEnd = "*_DE_time"
    /// Variables that are looked at for a time among them.
    private static let candidateLimit = 64

    /// - Throws: ``SignalError`` if there is no such value, or more than one.
    init(
        _ variables: [MatPath.Place], _ options: ReadingOptions, _ content: SignalContent
    ) throws(SignalError) {
        self.content = content
        rate = try options.matRate.map { path throws(SignalError) in
            try Self.rate(path, variables, content)
        }
        if let key = options.matKey {
            (signals, times) = try Self.named(key, variables, content)
        } else {
            signals = [try Self.only(variables, except: options.matRate, content)]
            times = []
        }
    }

    /// The samples.
    ///
    /// - Parameter surplus: What is to be said of bytes behind the file's end; nil if there are none.
    func source(
        sampleRate: Int, _ options: ArrayOptions, _ surplus: String?
    ) throws(SignalError) -> any SampleSource {
        let note = note(surplus)
        guard signals.count > 1 || !times.isEmpty else {
            return try signals[0].source(sampleRate: sampleRate, options, note)
        }
        var channels: [RawSource] = []
        for signal in signals {
            channels.append(try signal.channel(sampleRate: sampleRate, options, note))
        }
        return PlanarSource(channels)
    }

    /// What is unusual about the file and what was named in it; nil if nothing is.
    private func note(_ surplus: String?) -> String? {
        var notes = [rate?.note, surplus]
        if !times.isEmpty {
            notes.append(
                "left out, as it rises by even steps like a time: \(times.joined(separator: ", "))")
        }
        return Notes.joined(notes)
    }

    private static func rate(
        _ path: String, _ variables: [MatPath.Place], _ content: SignalContent
    ) throws(SignalError) -> StoredRate {
        let places = try places(path, variables, content)
        guard !places.isEmpty else {
            throw missing(path, variables, content, option: "--mat-rate")
        }
        var rates: [Int: StoredRate] = [:]
        for place in places {
            var number: Double?
            if case .numbers = place.value.kind {
                number = try place.value.numbers(name: quoted(place.path)).onlyNumber()
            }
            let rate = try StoredRate(number, place.value.description(place.path), content)
            rates[rate.hertz] = rates[rate.hertz] ?? rate
        }
        guard rates.count == 1, let rate = rates.values.first else {
            let found = rates.keys.sorted().prefix(8).map(String.init)
                .joined(separator: ", ")
            throw content.error(
                .storedRate("\(quoted(path)) leads to several sample rates: \(found)"))
        }
        return rate
    }

    /// What a path leads to; a variable of that very name goes first.
    private static func places(
        _ path: String, _ variables: [MatPath.Place], _ content: SignalContent
    ) throws(SignalError) -> [MatPath.Place] {
        let named = variables.filter { $0.path == path }
        if !named.isEmpty { return named }
        return try MatPath(path)?.values(in: variables, content) ?? []
    }

    private static func named(
        _ key: String, _ variables: [MatPath.Place], _ content: SignalContent
    ) throws(SignalError) -> (signals: [NumberArray], times: [String]) {
        var (found, known, exact) = ([MatPath.Place](), Set<String>(), Set<String>())
        for path in paths(key) {
            exact.insert(path)
            let places = try places(path, variables, content)
            guard !places.isEmpty else {
                throw missing(path, variables, content, option: "--mat-key")
            }
            found += places.filter { known.insert($0.path).inserted }
        }
        guard found.count <= ArrayLayout.channelLimit else {
            throw content.error(
                .variable("has \(found.count) values that are called \(quoted(key))"))
        }
        var arrays: [NumberArray] = []
        for place in found {
            guard case .numbers = place.value.kind else {
                throw content.error(
                    .variable(
                        "the variable \(place.value.description(place.path)) is not a real vector or "
                            + "matrix; it has: \(MatListing([place]).text)"))
            }
            arrays.append(try place.value.numbers(name: quoted(place.path)))
        }
        let lengths = Set(arrays.map(\.elementCount))
        let areVectors = arrays.allSatisfy {
            $0.elementCount > 1 && $0.dimensions.count(where: { $0 != 1 }) == 1
        }
        guard arrays.count == 1 || (lengths.count == 1 && areVectors) else {
            let listing = MatListing(found).text
            throw content.error(
                .variable(
                    "has \(found.count) variables that are called \(quoted(key)), and channels must "
                        + "be vectors of one length: \(listing)"))
        }
        return try withoutTimes(arrays, named: exact)
    }

    /// Vectors that rise evenly are times where a pattern fits them, and signals if they are named.
    private static func withoutTimes(
        _ arrays: [NumberArray], named exact: Set<String>
    ) throws(SignalError) -> (signals: [NumberArray], times: [String]) {
        guard arrays.count > 1 else { return (arrays, []) }
        let names = Set(exact.map(quoted))
        var (signals, times) = ([NumberArray](), [String]())
        for array in arrays {
            if !names.contains(array.name), try array.isTime() {
                times.append(array.name)
            } else {
                signals.append(array)
            }
        }
        return signals.isEmpty ? (arrays, []) : (signals, times)
    }

    /// The paths of a key, with commas between, those in brackets left alone.
    private static func paths(_ key: String) -> [String] {
        var (paths, depth) = ([""], 0)
        for character in key {
            if character == ",", depth == 0 {
                paths.append("")
                continue
            }
            if "({".contains(character) { depth += 1 }
            if ")}".contains(character) { depth = max(0, depth - 1) }
            paths[paths.count - 1].append(character)
        }
        return paths.map { $0.trimmed }
    }

    /// The signal if none was named: vectors that rise evenly are times, and no signal.
    private static func only(
        _ variables: [MatPath.Place], except rate: String?, _ content: SignalContent
    ) throws(SignalError) -> NumberArray {
        let numbers = variables.filter { place in
            if case .numbers = place.value.kind {
                return place.value.elementCount > 1 && place.path != rate
            }
            return false
        }
        let driveEnd = numbers.filter { fnmatch(Self.driveEnd, $0.path, 0) == 0 }
        if driveEnd.count == 1 {
            return try driveEnd[0].value.numbers(name: quoted(driveEnd[0].path))
        }
        var found: [NumberArray] = []
        for place in numbers.prefix(candidateLimit) {
            let array = try place.value.numbers(name: quoted(place.path))
            if try !array.isTime() { found.append(array) }
        }
        guard found.count == 1, numbers.count <= candidateLimit else {
            let listing = MatListing(variables).text
            throw content.error(
                .variable(
                    found.isEmpty
                        ? "has at its top level no vector or matrix of numbers but times; it has: \(listing)"
                        : "has \(found.count) variables that may be the signal, of: \(listing)"))
        }
        return found[0]
    }

    private static func missing(
        _ path: String, _ variables: [MatPath.Place], _ content: SignalContent, option: String
    ) -> SignalError {
        content.error(
            .variable(
                "has no variable \(quoted(path)); it has: \(MatListing(variables).text)",
                option: option))
    }
}
